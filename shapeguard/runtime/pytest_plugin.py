"""`pytest --shapeguard=package`: checks a package while its tests run, without a decorator in its sources.

pytest imports this module wherever shapeguard is installed, so it imports nothing before it is asked to.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from shapeguard.runtime.importing import ImportHook

_MARKER: Final = "shapeguard"
_HOOK: "Final[pytest.StashKey[ImportHook]]" = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("shapeguard", "tensor shapes")
    group.addoption(
        "--shapeguard",
        metavar="PACKAGE[,PACKAGE]",
        help="check every annotated function of these packages (in place of the ini option `shapeguard`)",
    )
    group.addoption(
        "--shapeguard-sanitize",
        action="store_true",
        help="fail tests where two operands silently stretch each other",
    )
    parser.addini("shapeguard", "packages whose annotated functions are all checked", type="args", default=[])


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Conftest files import packages: the hook has to be there before them."""
    packages = _packages(early_config)
    if not packages:
        return
    from shapeguard.runtime.importing import imported, install_import_hook

    if late := imported(packages):
        raise pytest.UsageError(
            f"--shapeguard: {', '.join(late)} is imported already, by a plugin or by the program that runs pytest: "
            "import it in a conftest.py or in the tests instead"
        )
    early_config.stash[_HOOK] = hook = install_import_hook(*packages)
    early_config.add_cleanup(hook.uninstall)


def _packages(config: pytest.Config) -> list[str]:
    given = config.known_args_namespace.shapeguard
    texts = config.getini("shapeguard") if given is None else [given]
    return [name.strip() for text in texts for name in text.split(",") if name.strip()]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", f"{_MARKER}(off=True): leave shapes unchecked during this test.")


def pytest_report_header(config: pytest.Config) -> str | None:
    parts = [f"checking {', '.join(hook.packages)}"] if (hook := config.stash.get(_HOOK, None)) else []
    parts += ["sanitizing"] if config.option.shapeguard_sanitize else []
    return f"shapeguard: {', '.join(parts)}" if parts else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """A misspelt package would go unchecked without a word (where other processes run the tests, they import it)."""
    hook = config.stash.get(_HOOK, None)
    if hook is not None and not config.pluginmanager.hasplugin("dsession"):
        for package in hook.unmet():
            terminalreporter.write_line(
                f"shapeguard: nothing was checked: no module of {package} was imported", red=True
            )


def pytest_itemcollected(item: pytest.Item) -> None:
    _is_off(item)  # complains before the first test runs


def _is_off(item: pytest.Item) -> bool:
    marker = item.get_closest_marker(_MARKER)
    if marker is None:
        return False
    if marker.args or marker.kwargs.keys() != {"off"} or not isinstance(marker.kwargs["off"], bool):
        raise pytest.UsageError(f"{item.nodeid}: the marker is written @pytest.mark.{_MARKER}(off=True)")
    return marker.kwargs["off"]


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    with _unchecked() if _is_off(item) else nullcontext():
        yield


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    with _sanitized() if item.config.option.shapeguard_sanitize and not _is_off(item) else nullcontext():
        yield


def _unchecked() -> AbstractContextManager[None]:
    from shapeguard.runtime.switches import disabled

    return disabled()


def _sanitized() -> AbstractContextManager[None]:
    from shapeguard.runtime.sanitizer import sanitize

    return sanitize()
