"""A plan carried out as plain JAX: nothing of this package is in the graph."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ._blocks import Block, accumulate, eliminate, multiply
from ._compat import Var
from ._cuts import Segment

Steps = Sequence[Mapping[str, Any]]


def single(mode: str) -> Steps:
    """The steps of forward (`tangent`) or reverse mode through one factor."""
    return ({"id": 0, "kind": "accumulate", "factor": "J1", "mode": mode},)


def execute(
    steps: Steps,
    parts: Sequence[Segment],
    constants: Mapping[Var, Any],
    chunk: Callable[[int], int | None] = lambda step: None,
    place: Callable[[Any], Any] = lambda array: array,
    factored: bool = False,
) -> list[Block]:
    """The Jacobian of a chain by the steps of a plan; O(steps) of them.

    `chunk` says for each step how many seeds pass at once, `place` where blocks lie.
    One block, or with `factored` the operands of a last product, outermost first.
    """
    named = {f"J{i}": part for i, part in enumerate(parts, 1)}
    blocks: dict[int, Block] = {}
    for step in steps:
        if step["kind"] == "multiply":
            outer, inner = blocks[step["outer"]], blocks[step["inner"]]
            if factored and step is steps[-1]:
                return [outer, inner]
            block = multiply(outer, inner, place)
        else:
            way = step["mode"], constants, chunk(step["id"]), place
            part = named[step["factor"]]
            if step["kind"] == "eliminate":
                block = eliminate(part, blocks[step["operand"]], *way)
            else:
                block = accumulate(part, *way)
        blocks[step["id"]] = block
    return [blocks[steps[-1]["id"]]]
