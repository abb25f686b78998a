"""The precision of products of our own: the highest that the function's have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from jax.lax import Precision

from . import _compat as compat

_ORDER = (Precision.DEFAULT, Precision.HIGH, Precision.HIGHEST)


def precision_of(eqns: Iterable[Any]) -> Precision | None:
    """The highest precision that a product among equations has; None: no wish.

    Where accelerators round operands of products by default, a function that forbids
    that must not lose digits in a product of its factors. Algorithms that are named
    count as the highest. O(equations), bodies included.
    """
    found = [p if p in _ORDER else Precision.HIGHEST for p in _asked(eqns)]
    return max(found, key=_ORDER.index, default=None)


def _asked(eqns: Iterable[Any]) -> Iterator[Any]:
    for eqn in eqns:
        asked = eqn.params.get("precision")
        both = asked if isinstance(asked, tuple) else (asked,)
        yield from (own for own in both if own is not None)
        for inner in compat.inner_jaxprs(eqn):
            yield from _asked(inner.eqns)
