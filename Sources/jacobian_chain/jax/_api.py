"""Jacobians with the signature and the results of `jax.jacobian`."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import jax
import jax.numpy as jnp

from ..errors import ChainError
from ._blocks import Block
from ._call import Call
from ._cuts import Segment
from ._execute import execute
from ._linear import Linearised, Unsupported
from ._plan import Plan
from ._planning import decide, reuse
from ._prices import Profile
from ._profiles import current_profile

Mode = Literal["auto", "forward", "reverse", "plan"]

# Decides where a call leaves the mode to us: auto, forward, or reverse.
MODE_VARIABLE = "JACOBIAN_CHAIN_MODE"


@dataclass(frozen=True)
class Settings:
    """What a caller asked for, checked."""

    argnums: int | Sequence[int] = 0
    has_aux: bool = False
    holomorphic: bool = False
    allow_int: bool = False
    mode: Mode = "auto"
    plan: Plan | None = None
    profile: Profile | None = None

    def __post_init__(self) -> None:
        if self.mode not in ("auto", "forward", "reverse", "plan"):
            raise _refusal("mode", "auto, forward, reverse or plan", repr(self.mode))

    @property
    def chosen_mode(self) -> Mode:
        """The mode, which the environment decides where the caller doesn't."""
        if self.mode != "auto":
            return self.mode
        named = os.environ.get(MODE_VARIABLE, "auto").lower()
        if named in ("forward", "reverse"):
            return named  # type: ignore[return-value]
        if named in ("", "auto"):
            return "auto"
        raise _refusal(MODE_VARIABLE, "auto, forward or reverse", repr(named))


def _refusal(where: str, expected: str, found: str, advice: str = "") -> ChainError:
    return ChainError(
        "malformed", where, expected, found, advice or f"give {expected}"
    )


def jacobian(
    fun: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    has_aux: bool = False,
    holomorphic: bool = False,
    allow_int: bool = False,
    *,
    mode: Mode = "auto",
    plan: Plan | None = None,
    profile: Profile | None = None,
) -> Callable[..., Any]:
    """Jacobian of `fun` in the order that is predicted to be fastest."""
    settings = Settings(
        argnums, has_aux, holomorphic, allow_int, mode, plan, profile
    )

    @functools.wraps(fun)
    def of_point(*args: Any, **kwargs: Any) -> Any:
        _, jac, auxiliary = evaluate(fun, settings, args, kwargs, value=False)
        return (jac, auxiliary) if has_aux else jac

    return of_point


def value_and_jacobian(
    fun: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    has_aux: bool = False,
    holomorphic: bool = False,
    allow_int: bool = False,
    *,
    mode: Mode = "auto",
    plan: Plan | None = None,
    profile: Profile | None = None,
) -> Callable[..., Any]:
    """Value of `fun` and its Jacobian, with one evaluation of the function."""
    settings = Settings(
        argnums, has_aux, holomorphic, allow_int, mode, plan, profile
    )

    @functools.wraps(fun)
    def of_point(*args: Any, **kwargs: Any) -> Any:
        value, jac, auxiliary = evaluate(fun, settings, args, kwargs, value=True)
        return ((value, auxiliary), jac) if has_aux else (value, jac)

    return of_point


def evaluate(
    fun: Callable[..., Any],
    settings: Settings,
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    value: bool,
) -> tuple[Any, Any, Any]:
    """Value (if asked for), Jacobian and auxiliary data of a function."""
    mode = settings.chosen_mode
    if settings.plan is None and mode in ("forward", "reverse"):
        return _by_jax(mode, fun, settings, args, kwargs, value)
    try:
        call, linearised, decision, parts = prepare(fun, settings, args, kwargs)
    except ChainError:
        raise
    except Exception as error:
        if mode == "plan" or settings.plan is not None:
            if isinstance(error, Unsupported):
                raise _not_plannable(str(error)) from None
            raise
        # Whatever can't be taken apart JAX differentiates, or says why it can't.
        return _by_jax("reverse", fun, settings, args, kwargs, value)
    if decision.mode != "plan":
        return _by_jax(decision.mode, fun, settings, args, kwargs, value)
    outputs, constants = linearised.evaluate(call.traced)
    block = execute(decision.steps, parts, constants)
    result, auxiliary = call.value(outputs)
    return result, call.jacobian(_all_blocks(linearised, block)), auxiliary


def _not_plannable(reason: str) -> ChainError:
    return ChainError(
        "unsupported",
        "fun",
        "a function whose derivative can be taken apart",
        reason,
        'leave mode at "auto": JAX\'s own mode gives the Jacobian',
    )


def prepare(
    fun: Callable[..., Any],
    settings: Settings,
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
) -> tuple[Call, Linearised, Plan, list[Segment]]:
    """Trace a call and decide how its Jacobian is computed.

    Raises `Unsupported` where only JAX's own modes are possible.
    """
    if settings.holomorphic:
        raise Unsupported("holomorphic functions")
    call = Call(fun, settings.argnums, settings.has_aux, args, kwargs)
    linearised = call.linearise()
    if settings.plan is not None:
        return call, linearised, *reuse(settings.plan, linearised)
    profile = settings.profile or current_profile()
    name = getattr(fun, "__name__", type(fun).__name__)
    decision, parts = decide(
        linearised, profile, name, force=settings.chosen_mode == "plan"
    )
    return call, linearised, decision, parts


def _by_jax(
    mode: str,
    fun: Callable[..., Any],
    settings: Settings,
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    value: bool,
) -> tuple[Any, Any, Any]:
    """What `jax.jacrev` or `jax.jacfwd` gives."""
    options: dict[str, Any] = {
        "argnums": settings.argnums,
        "holomorphic": settings.holomorphic,
    }
    if mode == "reverse":
        options["allow_int"] = settings.allow_int
    transform = jax.jacrev if mode == "reverse" else jax.jacfwd
    if not value:
        result = transform(fun, has_aux=settings.has_aux, **options)(*args, **kwargs)
        return (None, *result) if settings.has_aux else (None, result, None)

    def with_value(*args: Any, **kwargs: Any) -> Any:
        result = fun(*args, **kwargs)
        value, auxiliary = result if settings.has_aux else (result, None)
        return value, (value, auxiliary)

    jac, (primal, auxiliary) = transform(with_value, has_aux=True, **options)(
        *args, **kwargs
    )
    return primal, jac, auxiliary


def _all_blocks(
    linearised: Linearised, block: Block
) -> list[list[Any]]:
    """Blocks for all inputs and outputs, in the dtypes of `jax.jacobian`."""
    linear, inputs, outputs = linearised.linear, *linearised.ends
    first, last = linear.invars, linear.outvars
    if linearised.transposed:
        first, last = last, first
    columns: dict[Any, int] = {v: i for i, v in enumerate(first)}
    rows: dict[Any, int] = {v: i for i, v in enumerate(last)}
    found = block.tree()

    def at(out: int, into: int) -> Any:
        into_aval = linearised.input_avals[into]
        row, column = rows.get(outputs[out]), columns.get(inputs[into])
        if row is None or column is None:
            shape = linearised.output_avals[out].shape + into_aval.shape
            return jnp.zeros(shape, into_aval.dtype)
        return found[row][column].astype(into_aval.dtype)

    return [[at(o, i) for i in range(len(inputs))] for o in range(len(outputs))]
