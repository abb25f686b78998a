"""Contraction paths, as einsum takes them."""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import Any

from . import _native
from ._native import ContractionPath
from .errors import ChainError


def chain_path(
    inputs: Sequence[Collection[Hashable]],
    output: Collection[Hashable],
    sizes: Mapping[Any, int],
    memory_limit: int | None = None,
) -> ContractionPath:
    """Choose the order of a chain for opt_einsum, in microseconds and exactly.

    Parameters
    ----------
    inputs
        The indices of each operand, which are matrices of a chain in any order:
        neighbours share indices that no other operand has, and only the two ends have
        any of the output.
    output
        The indices of the result.
    sizes
        The size of each index.
    memory_limit
        Must be None.

    Returns
    -------
    list of pairs
        The path, in opt_einsum's positions.

    Raises
    ------
    ChainError
        ``unsupported`` for expressions that are no chain.

    Examples
    --------
    >>> import jacobian_chain as jc
    >>> sizes = {"a": 1000, "b": 100, "c": 10, "d": 1}
    >>> jc.chain_path([{"d", "c"}, {"c", "b"}, {"b", "a"}], {"d", "a"}, sizes)
    [(0, 1), (0, 1)]

    After ``opt_einsum.paths.register_path_fn("chain", jc.chain_path)``, opt_einsum
    takes ``optimize="chain"``.
    """
    if memory_limit is not None:
        raise _no_chain("no memory limit", str(memory_limit))
    count = len(inputs)
    if count == 1:
        return [(0,)]
    order, dimensions = _along(inputs, output, sizes)
    places = {operand: place for place, operand in enumerate(order)}
    return _native.dense_path(dimensions, [places[index] for index in range(count)])


def _along(
    inputs: Sequence[Collection[Hashable]],
    output: Collection[Hashable],
    sizes: Mapping[Any, int],
) -> tuple[list[int], list[int]]:
    """Return the operands from one end to the other, and the sizes between them."""
    owners: dict[Hashable, list[int]] = {}
    for place, indices in enumerate(inputs):
        for index in set(indices):
            owners.setdefault(index, []).append(place)
    legs = [1] * len(inputs)
    bonds: list[dict[int, int]] = [{} for _ in inputs]
    for index, places in owners.items():
        if len(places) == 1:
            legs[places[0]] *= sizes[index]
            continue
        if len(places) > 2 or index in output:
            raise _no_chain("indices of two operands, or of one", repr(index))
        for one, other in (places, places[::-1]):
            bonds[one][other] = bonds[one].get(other, 1) * sizes[index]
    ends = [place for place, bond in enumerate(bonds) if len(bond) == 1]
    if len(ends) != 2:
        raise _no_chain("two ends", f"{len(ends)}")
    order = [ends[0]]
    dimensions = [legs[ends[0]]]
    while len(order) < len(inputs):
        onwards = [place for place in bonds[order[-1]] if place not in order[-2:]]
        if len(onwards) != 1:
            raise _no_chain("each operand between two others", f"operand {order[-1]}")
        dimensions.append(bonds[order[-1]][onwards[0]])
        order += onwards
    dimensions.append(legs[order[-1]])
    if math.prod(legs) != legs[order[0]] * legs[order[-1]]:
        raise _no_chain("indices of the result at the ends", "some between them")
    return order, dimensions


def _no_chain(expected: str, found: str) -> ChainError:
    return ChainError(
        "unsupported",
        "inputs",
        f"a chain of matrices: {expected}",
        found,
        'use another optimizer, such as "dp"',
    )
