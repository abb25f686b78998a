"""Jacobians of composed functions, multiplied in the cheapest order."""

from ._version import __version__
from .errors import ChainError

__all__ = ["ChainError", "__version__"]
