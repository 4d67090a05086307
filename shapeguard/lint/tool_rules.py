"""The tool's own findings: code, name, severity, documentation, whether they are a preview, and what their fixes are."""

from __future__ import annotations

ToolRule = tuple[str, str, str, str, bool, str | None]

SYNTAX_ERROR = (
    "SHP001",
    "syntax-error",
    "error",
    """The file is not valid Python, so nothing in it was checked.

## Why is this bad?
A file that cannot be parsed cannot run either. The position is where Python itself stops reading, which is often just
after the mistake. Of a notebook, it is a cell that is not checked, and the other cells are.

## What to do
Mend the syntax. Where the file is meant to be broken, or is written for another Python, add it to `exclude`.
""",
    False,
    None,
)

UNREADABLE_FILE = (
    "SHP002",
    "unreadable-file",
    "error",
    """The file could not be read as text, so nothing in it was checked.

## Why is this bad?
Python reads sources as UTF-8 unless their first or second line declares another encoding, and refuses files that are
neither. A file without read permission, or one with a null byte in it, is reported here too, and so is a notebook that
is no valid JSON, or is of a format before 4.

## What to do
Save the file as UTF-8, or declare its encoding in its first line: `# -*- coding: latin-1 -*-`. Open a notebook of an
old format in Jupyter, and save it.
""",
    False,
    None,
)

INTERNAL_ERROR = (
    "SHP003",
    "internal-error",
    "error",
    """shapeguard itself failed on this code; the rest of the run went on.

## Why is this bad?
The code named here was not checked, or only in part. The mistake is shapeguard's.

## What to do
Run again with `--debug` to see the traceback, and report it with the lines that it points at. Until it is mended,
`# shapeguard: ignore[SHP003]` on that line silences it.
""",
    False,
    None,
)

TOO_COMPLEX = (
    "SHP005",
    "too-complex",
    "error",
    """The file is too large, or an expression in it is nested too deeply, to be checked.

## Why is this bad?
Nothing in the file was checked. Silence would look as if it were clean.

## What to do
Such files are mostly generated: add them to `exclude` or `extend-exclude` in `[tool.shapeguard]`. An expression of
thousands of operators can be split into several statements.
""",
    False,
    None,
)

UNUSED_SUPPRESSION = (
    "SHP006",
    "unused-suppression",
    "warning",
    """A `# shapeguard: ignore` comment that suppresses nothing.

## Why is this bad?
It hides the next mistake on its line, and tells readers of a problem that is not there (any more).

## Example
```python
import torch

x = torch.zeros(2, 3)  # shapeguard: ignore[SHP101]
```

## Use instead
```python
import torch

x = torch.zeros(2, 3)
```
""",
    True,
    "safe",
)

TOOL_RULES = (SYNTAX_ERROR, UNREADABLE_FILE, INTERNAL_ERROR, TOO_COMPLEX, UNUSED_SUPPRESSION)
