"""How many bytes steps need, by shapes, and how many seeds fit at a time."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import ChainError
from ._compat import is_literal
from ._cuts import Segment, shapes_of
from ._prices import nbytes

_UNITS = {"": 1, "B": 1} | {
    f"{prefix}{suffix}": base**power
    for power, prefix in enumerate("KMGT", 1)
    for suffix, base in (("B", 1000), ("iB", 1024))
}


def parse_bytes(limit: int | str) -> int:
    """A limit such as 2**30 or "512MiB" in bytes.

    Raises `ChainError` for anything that isn't a positive size.
    """
    if isinstance(limit, str):
        found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*", limit)
        unit = _UNITS.get(found[2][:1].upper() + found[2][1:]) if found else None
        value = int(float(found[1]) * unit) if found and unit else 0
    else:
        value = int(limit)
    if value <= 0:
        raise ChainError(
            "malformed",
            "memory_limit",
            'bytes, as a positive number or as text such as "512MiB"',
            repr(limit),
            "leave it out for no limit",
        )
    return value


def bytes_per_vector(part: Segment) -> int:
    """The most bytes that are alive at once while one vector passes a segment.

    O(equations); what loops keep inside is counted once.
    """
    linear = part.linear
    last: dict[Any, int] = {}
    for position, eqn in enumerate(linear.eqns):
        for atom in eqn.invars:
            if not is_literal(atom):
                last[atom] = position
    last.update(dict.fromkeys(linear.outvars, len(linear.eqns)))
    sizes = {v: nbytes(v.aval) for v in linear.invars}
    alive = peak = sum(sizes.values())
    for position, eqn in enumerate(linear.eqns):
        for variable in eqn.outvars:
            sizes[variable] = nbytes(variable.aval)
            alive += sizes[variable]
        peak = max(peak, alive)
        for atom in {a for a in (*eqn.invars, *eqn.outvars) if a in sizes}:
            if last.get(atom, position) <= position:
                alive -= sizes.pop(atom)
    return max(peak, 1)


def chunks(
    steps: Sequence[Mapping[str, Any]], parts: Sequence[Segment], limit: int
) -> dict[int, int]:
    """For each step by its id how many seeds may pass at once under a limit in bytes.

    Counted are the blocks alive during the step, its own result among them; not the
    function's arguments and residuals, which every way of differentiating it keeps.

    Raises `ChainError` when a step doesn't fit with one seed at a time.
    """
    named = {f"J{i}": part for i, part in enumerate(parts, 1)}
    shapes = shapes_of(steps, named)
    entry = max(nbytes(a) // a.size for p in parts for a in (*p.inputs, *p.outputs))
    users = {
        operand: step["id"]
        for step in steps
        for operand in (step.get(k) for k in ("outer", "inner", "operand"))
        if operand is not None
    }
    allowed: dict[int, int] = {}
    alive: dict[int, int] = {}
    for step in steps:
        identifier = step["id"]
        shape = shapes[identifier]
        if step["kind"] == "multiply":
            vectors = per_vector = 0
        else:
            part = named[step["factor"]]
            vectors = shape[1] if step["mode"] == "tangent" else shape[0]
            per_vector = bytes_per_vector(part)
            if step["kind"] == "accumulate":
                ends = part.inputs if step["mode"] == "tangent" else part.outputs
                alive[-1] = vectors * sum(nbytes(a) for a in ends)  # the seeds
        alive[identifier] = shape[0] * shape[1] * entry
        left = limit - sum(alive.values())
        if left < per_vector:
            raise ChainError(
                "limitReached",
                "memory_limit",
                f"at least {limit - left + per_vector} bytes, for a step that makes "
                f"a block of {shape[0]} × {shape[1]}",
                f"{limit} bytes",
                "raise the limit, or take the Jacobian of parts of the function",
            )
        allowed[identifier] = min(vectors, left // per_vector) if vectors else 0
        alive = {
            i: b for i, b in alive.items() if i >= 0 and users.get(i) != identifier
        }
    return allowed
