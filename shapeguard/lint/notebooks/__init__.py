"""Jupyter notebooks: their code cells as one module, and the way from places in it back to cells and to the file."""

from shapeguard.lint.notebooks.notebook import Notebook, notebook

__all__ = ["Notebook", "notebook"]
