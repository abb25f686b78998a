"""From a derivative to a plan: the chain as a problem, the order, the decision."""

from __future__ import annotations

import functools
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import jax

from .. import _native
from ..errors import ChainError
from ._bypass import (
    Piece,
    bypassed,
    pieces_of,
    problem_of_pieces,
    seconds_of_products,
)
from ._compat import is_literal
from ._cuts import Segment, segments, shapes_of
from ._linear import Linearised, Unsupported
from ._plan import Plan
from ._prices import CPU, Profile, Work, has_adjoints, has_loops, nbytes
from ._structure import (
    BudgetExceeded,
    NotLinearisable,
    Rates,
    Structured,
    from_linear,
    structured,
)
from ._structure.sweep import Sweep

# Predicted times that differ by less are a tie; a mode that has so many times fewer
# vectors to carry wins it.
_TIE, _FEWER = 1.15, 8
# Pieces are matrices of their own in memory: another order is taken where it is about
# as good.
_PIECES = 1.05

_NOT_LINEAR = "a custom_vjp whose reverse pass is not linear"


def chain_of(linearised: Linearised) -> list[Segment]:
    """The factors of a function, first applied first."""
    if not linearised.linear.outvars:
        if not all(a.size for a in (*linearised.input_avals, *linearised.output_avals)):
            raise Unsupported("arrays without elements")
        raise Unsupported("no output depends on the input")
    parts = segments(linearised.linear, linearised.transposed)
    if linearised.transposed:
        _require_adjoints_are_linear(parts)
    return parts


def _require_adjoints_are_linear(parts: Sequence[Segment]) -> None:
    """Reverse passes that users wrote may be anything; only linear ones have orders."""
    for part in parts:
        fixed = set(part.linear.constvars)
        for eqn in part.linear.eqns:
            if eqn.primitive.name in ("add", "sub") and any(
                is_literal(a) or a in fixed for a in eqn.invars
            ):
                raise Unsupported(_NOT_LINEAR)
        constants = [v.aval for v in part.linear.constvars]
        ends = [v.aval for v in part.linear.outvars]

        def back(constants: Any, ends: Any, linear: Any = part.linear) -> Any:
            values = dict(zip(linear.constvars, constants, strict=True))
            avals = [v.aval for v in linear.invars]
            return jax.linear_transpose(lambda *ts: linear(values, ts), *avals)(ends)

        try:
            jax.eval_shape(back, constants, ends)
        except Exception:
            raise Unsupported(_NOT_LINEAR) from None


def problem_of(parts: Sequence[Segment], name: str) -> dict[str, Any]:
    """A chain as a problem in the format ``jacobian-chain/1``."""
    factors = []
    for index, part in enumerate(parts, 1):
        factor: dict[str, Any] = {
            "name": f"J{index}",
            "rows": part.rows,
            "columns": part.columns,
        }
        price = max(part.work.fma, 1)
        if part.tangent:
            factor["tangent"] = price
        if part.adjoint:
            factor["adjoint"] = price
        factors.append(factor)
    return {"format": "jacobian-chain/1", "name": name, "factors": factors}


def label_of(part: Segment) -> str:
    """What a segment consists of: its equations, the most frequent first."""
    counts = Counter(e.primitive.name for e in part.linear.eqns)
    named = [
        name if count == 1 else f"{count} {name}"
        for name, count in counts.most_common(3)
    ]
    more = len(counts) - len(named)
    return ", ".join(named) + (f" and {more} others" if more > 0 else "")


@functools.lru_cache(maxsize=512)
def _solve(problem: bytes) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(_native.solve(problem))
    return report


def solve(problem: Mapping[str, Any]) -> dict[str, Any]:
    """The report on a problem, by the library; remembered by the problem's text."""
    return _solve(json.dumps(problem, sort_keys=True).encode())


def seconds_of_modes(parts: Sequence[Segment], profile: Profile) -> dict[str, float]:
    """Predicted seconds of JAX's modes, where they are possible.

    A custom_vjp has no forward mode, although its reverse pass can be transposed.
    """
    always = _always(parts, profile)
    work = sum((p.work for p in parts), Work())
    rows, columns = parts[-1].rows, parts[0].columns
    found = {}
    if all(p.tangent and not p.flipped for p in parts):
        found["forward"] = always + profile.seconds(work, columns)
    if all(p.adjoint for p in parts):
        found["reverse"] = always + profile.seconds(work, rows, not parts[0].flipped)
    return found


def seconds_of_steps(
    steps: Sequence[Mapping[str, Any]],
    parts: Sequence[Segment],
    profile: Profile,
) -> float:
    """Predicted seconds of a plan."""
    named = {f"J{i}": part for i, part in enumerate(parts, 1)}
    shapes = shapes_of(steps, named)
    total = _always(parts, profile)
    for step in steps:
        if step["kind"] == "multiply":
            rows, depth = shapes[step["outer"]]
            _, columns = shapes[step["inner"]]
            total += profile.product_seconds(rows, depth, columns, _item(parts))
            continue
        rows, columns = shapes[step["id"]]
        part, tangents = named[step["factor"]], step["mode"] == "tangent"
        vectors = columns if tangents else rows
        total += profile.seconds(part.work, vectors, tangents == part.flipped)
    return total


def _always(parts: Sequence[Segment], profile: Profile) -> float:
    """What every order pays: the function itself, and writing the result."""
    result = Work(moved=parts[-1].rows * parts[0].columns * _item(parts))
    return _function(parts, profile) + profile.seconds(result, 1)


def _function(parts: Sequence[Segment], profile: Profile) -> float:
    """What evaluating the function itself takes."""
    return 2 * profile.seconds(sum((p.work for p in parts), Work()), 1)


def _item(parts: Sequence[Segment]) -> int:
    """Bytes of an entry of the Jacobian."""
    return max(nbytes(a) // a.size for a in parts[0].inputs)


@dataclass(frozen=True)
class Decision:
    """A plan, and what it is carried out on.

    A chain, the structure of the whole, or pieces and the steps that join them.
    """

    plan: Plan
    parts: Sequence[Segment] = ()
    structured: Structured | None = None
    pieces: Sequence[tuple[Piece, Decision]] = ()


def structure_of(linearised: Linearised, profile: Profile) -> Structured | None:
    """The way that keeps to the nonzeros of the whole derivative, if it pays."""
    linear = linearised.linear
    if linearised.transposed or not linear.eqns or min(linear.rows, linear.columns) < 2:
        return None
    rates = None
    if profile != CPU:
        rates = Rates.from_profile(profile.fma, profile.bytes, profile.operation)
    try:
        return structured(
            from_linear(linear, linearised.known),
            rates,
            adjoints=has_adjoints(linear.eqns),
        )
    except (BudgetExceeded, NotLinearisable):
        return None


def decide(
    linearised: Linearised,
    profile: Profile,
    name: str,
    mode: Literal["auto", "plan", "forward", "reverse"] = "auto",
    whole_only: bool = False,
    pieces: bool = True,
) -> Decision:
    """Choose between an order of our own and JAX's modes, by predicted time.

    `mode`: ``"auto"``; ``"plan"`` takes an order of our own even where it brings
    nothing, ``"forward"`` and ``"reverse"`` those. `whole_only`: seeds must pass
    in blocks, so that the structure of the whole is of no use. `pieces`: whether waists
    may be looked for that something goes around.
    """
    parts = chain_of(linearised)
    problem = problem_of(parts, name)
    labels = tuple(label_of(p) for p in parts)
    modes = seconds_of_modes(parts, profile)
    shared: dict[str, Any] = {"problem": problem, "labels": labels}
    if mode != "auto" and mode != "plan":
        return Decision(Plan(mode, reason="asked for", seconds=modes, **shared), parts)
    force = mode == "plan"
    shape = parts[-1].rows, parts[0].columns
    better = better_mode(modes, has_loops(linearised.linear.eqns), *shape)
    chain = None
    if better is None or force or len(parts) > 1 or linearised.transposed:
        chain = _chain(parts, modes, better, profile, shared)
    found = None if whole_only else structure_of(linearised, profile)
    if pieces and not whole_only and better is not None:
        others = _gain(found) if found else 0.0, chain.gain if chain else 0.0
        around = _around(linearised, parts, modes[better], profile, shared)
        if around is not None and (
            around.plan.gain > _PIECES * max(1 / profile.threshold, *others)
        ):
            return around
    if found is not None and (chain is None or _gain(found) > chain.gain):
        plan = Plan(
            "plan",
            reason=_told(found),
            gain=_gain(found),
            seconds={
                "plan": found.price.seconds,
                **{mode: getattr(found, mode).seconds for mode in modes},
            },
            strategy="structure",
            **shared,
        )
        return Decision(plan, parts, found)
    if chain is not None and (
        force or better is None or chain.gain > 1 / profile.threshold
    ):
        return Decision(chain, parts)
    reason = "no waist, no structure" if len(parts) == 1 else "no order is much better"
    return Decision(Plan(better, reason=reason, seconds=modes, **shared), parts)


def _chain(
    parts: Sequence[Segment],
    modes: Mapping[str, float],
    better: str | None,
    profile: Profile,
    shared: Mapping[str, Any],
) -> Plan:
    """The plan of the chain, by the library."""
    report = solve(shared["problem"])
    steps = tuple(report["plan"]["steps"])
    ours = seconds_of_steps(steps, parts, profile)
    return Plan(
        "plan",
        reason=f"{report['bracketing']}{_fewer(report, modes)}",
        gain=modes[better] / ours if better else 1.0,
        seconds={"plan": ours, **modes},
        steps=steps,
        bracketing=report["bracketing"],
        strategy="chain",
        **shared,
    )


def _around(
    linearised: Linearised,
    parts: Sequence[Segment],
    better: float,
    profile: Profile,
    shared: Mapping[str, Any],
) -> Decision | None:
    """The plan by pieces between waists that something goes around, if there are."""
    linear, name = linearised.linear, shared["problem"]["name"]
    vertices = [] if linearised.transposed else bypassed(linear)
    pieces = pieces_of(linear, vertices) if vertices else ()
    if not pieces:
        return None
    sizes = [sum(v.aval.size for v in vertex) for vertex in vertices]
    decisions = [
        decide(replace(linearised, linear=piece.linear), profile, name, pieces=False)
        for piece in pieces
    ]
    report = solve(problem_of_pieces(pieces, sizes, name))
    steps = tuple(report["plan"]["steps"])
    ours = _always(parts, profile) + seconds_of_products(
        steps, pieces, sizes, _item(parts), profile
    )
    for piece, own in zip(pieces, decisions, strict=True):
        if not piece.linear.eqns:
            continue  # an identity is part of the kernel that adds it
        # Structures have prices of their own: what counts is how much they gain.
        modes = seconds_of_modes(own.parts, profile).values()
        ours += min(modes) / own.plan.gain - _function(own.parts, profile)
    waists = ", ".join(str(size) for size in sizes[1:-1])
    plan = Plan(
        "plan",
        reason=f"products through waists of {waists}, and what goes around them",
        gain=better / ours,
        seconds={"plan": ours, **seconds_of_modes(parts, profile)},
        steps=steps,
        strategy="pieces",
        **shared,
    )
    return Decision(plan, parts, pieces=tuple(zip(pieces, decisions, strict=True)))


def _gain(found: Structured) -> float:
    return min(found.forward.seconds, found.reverse.seconds) / found.price.seconds


def _told(found: Structured) -> str:
    if isinstance(found.way, Sweep):
        return "one pass over the nonzeros"
    colouring = found.way.colouring
    counts = {"tangents": colouring.tangents, "adjoints": colouring.adjoints}
    named = [f"{count} {name}" for name, count in counts.items() if count]
    return f"{' and '.join(named)} for all {colouring.pattern.count} nonzeros"


def _fewer(report: Mapping[str, Any], modes: Iterable[str]) -> str:
    """How much less is computed than by those of JAX's modes that there are."""
    prices = [
        int(value["fma"])
        for key in modes
        if (value := report["baselines"].get(key)) is not None
    ]
    if not prices:
        return ""
    return f", {min(prices) / max(int(report['cost']['fma']), 1):.1f}× fewer fma"


def better_mode(
    modes: Mapping[str, float], loops: bool, rows: int, columns: int
) -> Any:
    """The faster of JAX's modes for a Jacobian of rows × columns.

    Ties go to the one with far fewer vectors, else to forward for loops and to
    reverse for all others.
    """
    if len(modes) < 2:
        return next(iter(modes), None)
    forward, reverse = modes["forward"], modes["reverse"]
    if max(forward, reverse) <= _TIE * min(forward, reverse):
        if max(rows, columns) >= _FEWER * min(rows, columns):
            return "forward" if columns < rows else "reverse"
        return "forward" if loops else "reverse"
    return "forward" if forward < reverse else "reverse"


def reuse(plan: Plan, linearised: Linearised) -> Decision:
    """A plan for a function that has the chain it was made for.

    Raises `ChainError` when the chain is another one.
    """
    if plan.mode != "plan":
        return Decision(plan)
    parts = chain_of(linearised)
    found, made = problem_of(parts, "")["factors"], (plan.problem or {}).get("factors")
    again: Decision | None = Decision(plan, parts) if found == made else None
    if again is not None and plan.strategy == "structure":
        same = structure_of(linearised, CPU)
        again = replace(again, structured=same) if same is not None else None
    elif again is not None and plan.strategy == "pieces":
        shared = {"problem": plan.problem, "labels": plan.labels}
        around = _around(linearised, parts, 1.0, CPU, shared)
        fits = around is not None and around.plan.steps == plan.steps
        again = around and replace(around, plan=plan) if fits else None
    if again is None:
        raise ChainError(
            "invalidPlan",
            "plan",
            f"the chain that the plan was made for, {_shapes(made)}",
            _shapes(found) + ("" if found != made else ", with other nonzeros"),
            "make the plan for this function and these shapes: plan(f, x)",
        )
    return again


def _shapes(factors: Any) -> str:
    listed = [f"{f['rows']} × {f['columns']}" for f in factors or ()]
    more = f" … {len(listed)} factors" if len(listed) > 6 else ""
    return ", ".join(listed[:6]) + more
