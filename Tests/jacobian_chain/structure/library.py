"""Tests that colour need the library; without it they skip, visibly."""

from __future__ import annotations

import pytest

from jacobian_chain import _native
from jacobian_chain.errors import ChainError

try:
    _native.library()
    _missing = ""
except ChainError as error:
    _missing = str(error)

needs_library = pytest.mark.skipif(bool(_missing), reason=_missing or "present")
