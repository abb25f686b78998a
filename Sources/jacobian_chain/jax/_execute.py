"""A plan carried out as plain JAX: nothing of this package is in the graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ._blocks import Block, accumulate, eliminate, multiply
from ._compat import Var
from ._cuts import Segment


def execute(
    steps: Sequence[Mapping[str, Any]],
    parts: Sequence[Segment],
    constants: Mapping[Var, Any],
    chunk: int | None = None,
) -> Block:
    """The Jacobian of a chain by the steps of a plan; O(steps) of them."""
    named = {f"J{i}": part for i, part in enumerate(parts, 1)}
    blocks: dict[int, Block] = {}
    for step in steps:
        if step["kind"] == "multiply":
            block = multiply(blocks[step["outer"]], blocks[step["inner"]])
        elif step["kind"] == "eliminate":
            operand = blocks[step["operand"]]
            block = eliminate(
                named[step["factor"]], step["mode"], constants, operand, chunk
            )
        else:
            block = accumulate(named[step["factor"]], step["mode"], constants, chunk)
        blocks[step["id"]] = block
    return blocks[steps[-1]["id"]]
