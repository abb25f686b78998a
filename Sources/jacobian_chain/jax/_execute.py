"""A plan carried out as plain JAX: nothing of this package is in the graph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ._blocks import Block, accumulate, eliminate, multiply
from ._compat import Var
from ._cuts import Segment, joined
from ._precision import precision_of

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
    precision = precision_of(eqn for part in parts for eqn in part.linear.eqns)
    blocks: dict[int, Block] = {}
    for run in _passes(steps, chunk):
        step = run[0]
        if step["kind"] == "multiply":
            outer, inner = blocks[step["outer"]], blocks[step["inner"]]
            if factored and step is steps[-1]:
                return [outer, inner]
            block = multiply(outer, inner, place, precision)
        else:
            way = step["mode"], constants, chunk(step["id"]), place
            along = run if step["mode"] == "tangent" else run[::-1]
            part = joined([named[own["factor"]] for own in along])
            if step["kind"] == "eliminate":
                block = eliminate(part, blocks[step["operand"]], *way)
            else:
                block = accumulate(part, *way)
        blocks[run[-1]["id"]] = block
    return [blocks[steps[-1]["id"]]]


def _passes(
    steps: Steps, chunk: Callable[[int], int | None]
) -> list[list[Mapping[str, Any]]]:
    """Steps in one direction, each through the next factor, as one pass of all seeds.

    What passes in chunks stays apart: between the steps all of it is there.
    """
    uses = Counter(
        step[name]
        for step in steps
        for name in ("operand", "outer", "inner")
        if name in step
    )
    passes: dict[int, list[Mapping[str, Any]]] = {}
    for step in steps:
        before = passes.get(step.get("operand", -1))
        if (
            before is not None
            and before[-1].get("mode") == step["mode"]
            and uses[step["operand"]] == 1
            and chunk(step["operand"]) is None
            and chunk(step["id"]) is None
        ):
            del passes[step["operand"]]
            before.append(step)
        else:
            before = [step]
        passes[step["id"]] = before
    return list(passes.values())
