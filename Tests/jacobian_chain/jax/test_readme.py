"""The page for people who write JAX says what is so."""

from __future__ import annotations

import doctest


def test_the_page_runs(root):
    page = root / "Sources" / "jacobian_chain" / "jax" / "README.md"
    failed, tried = doctest.testfile(str(page), module_relative=False)
    assert tried > 8
    assert failed == 0
