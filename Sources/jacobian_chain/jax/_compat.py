"""Everything that depends on the version of JAX: nothing else asks for it.

Supported: jax 0.6 to 0.12, by `jax.extend.core` and other public names only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import jax
import numpy as np
from jax.extend import core

JaxprEqn: TypeAlias = core.JaxprEqn
Var: TypeAlias = core.Var
ClosedJaxpr: TypeAlias = core.ClosedJaxpr

# Calls that stand for their body and nothing else (`pjit` is `jit` from 0.7 on).
_CALLS = frozenset({"jit", "pjit", "closed_call", "core_call"})

# Parameters of these types, most of them, carry nothing.
_PLAIN = frozenset({type(None), bool, float, int, str})

# What stands for a custom_vjp in a derivative: it has adjoints only.
ADJOINT_ONLY = frozenset({"custom_lin", "custom_vjp_call", "custom_vjp_call_jaxpr"})

_fresh = core.gensym()


def is_tracer(value: Any) -> bool:
    """Whether a value is only known by its shape and dtype."""
    return isinstance(value, jax.core.Tracer)


def is_literal(atom: Any) -> bool:
    """Whether an operand is a number, not a variable."""
    return isinstance(atom, core.Literal)


def new_variable(like: Var) -> Var:
    """A variable of its own with the aval of another."""
    return _fresh(like.aval)


def variables_of(shapes: Sequence[tuple[int, ...]], dtypes: Sequence[Any]) -> list[Var]:
    """Variables of their own for some arrays."""
    arrays = list(map(jax.ShapeDtypeStruct, shapes, dtypes))
    return list(jax.make_jaxpr(lambda arrays: arrays)(arrays).jaxpr.invars)


def is_local(aval: Any) -> bool:
    """Whether an aval says nothing about meshes of devices."""
    mesh = getattr(getattr(aval, "sharding", None), "mesh", None)
    return getattr(mesh, "empty", True) and not _varies_along(aval)


def add_vectors(x: Any, y: Any) -> Any:
    """The sum of two cotangents, as JAX adds them."""
    return core.primitives.add_jaxvals_p.bind(x, y)


def called_jaxpr(equation: JaxprEqn) -> ClosedJaxpr | None:
    """The body of a call that may be inlined; None for all other equations."""
    if equation.primitive.name not in _CALLS:
        return None
    for name in ("jaxpr", "call_jaxpr"):
        body = equation.params.get(name)
        if body is not None:
            return body if hasattr(body, "consts") else None
    return None


def inner_jaxprs(equation: Any) -> list[Any]:
    """The jaxprs among the parameters of an equation, without constants."""
    found = []
    for value in equation.params.values():
        if type(value) in _PLAIN:
            continue
        for item in value if isinstance(value, (tuple, list)) else (value,):
            if type(item) not in _PLAIN:
                inner = getattr(item, "jaxpr", item)
                if hasattr(inner, "eqns"):
                    found.append(inner)
    return found


def outer_axes(equation: Any) -> set[Any]:
    """The mapped axes along which an equation communicates, but for its own.

    Those are of a `vmap`, a `pmap` or a `shard_map` around the function.
    """
    params = equation.params
    found = set()
    for name in ("axes", "axis_name"):
        names = params.get(name, ())
        for axis in names if isinstance(names, (tuple, list)) else (names,):
            if axis is not None and not hasattr(axis, "__index__"):  # a position
                found.add(axis)
    for inner in inner_jaxprs(equation):
        found.update(*map(outer_axes, inner.eqns))
    if equation.primitive.name == "xla_pmap":
        found.discard(params["axis_name"])
    if equation.primitive.name == "shard_map":
        # Before jax 0.10, and where nothing is mapped around it, it maps them all.
        every = params.get("manual_axes", params["mesh"].axis_names)
        found.difference_update(params.get("newly_manual_axes", every))
    return found


def varying_as(array: Any, aval: Any) -> Any:
    """An array, varying along the axes of a `shard_map` that an aval varies along."""
    along = _varies_along(aval)
    if not along:
        return array
    if hasattr(jax.lax, "pcast"):
        return jax.lax.pcast(array, tuple(along), to="varying")
    return jax.lax.pvary(array, tuple(along))


def _varies_along(aval: Any) -> Any:
    along = getattr(aval, "vma", None)
    if along is None:  # from jax 0.10 on
        along = getattr(getattr(aval, "manual_axis_type", None), "varying", ())
    return along


def typed_as(array: Any, aval: Any) -> Any:
    """An array in the dtype of an aval, weakly typed where that is."""
    if not getattr(aval, "weak_type", False):
        return array.astype(aval.dtype)
    return core.primitives.convert_element_type_p.bind(
        array, new_dtype=aval.dtype, weak_type=True, sharding=None
    )


def scan_counts(params: Mapping[str, Any]) -> tuple[int, int]:
    """How many operands of a scan are constants, and how many are carried."""
    if "num_consts" in params:
        return params["num_consts"], params["num_carry"]
    constants, carry, _ = params["ft_in"].unpack()
    return len(constants), len(carry)


def function_of(
    invars: Sequence[Var], outvars: Sequence[Any], eqns: Sequence[JaxprEqn]
) -> Callable[..., list[Any]]:
    """Equations as a function of their variables; all of them are arguments."""
    effects = frozenset().union(*(e.effects for e in eqns)) if eqns else frozenset()
    names = {}
    if hasattr(core, "DebugInfo"):
        unnamed = ("",) * len(invars), ("",) * len(outvars)
        names["debug_info"] = core.DebugInfo("jit", "jacobian_chain", *unnamed)
    jaxpr = core.Jaxpr((), list(invars), list(outvars), list(eqns), effects, **names)
    return evaluate(ClosedJaxpr(jaxpr, ()))


def evaluate(closed: ClosedJaxpr) -> Callable[..., list[Any]]:
    """A closed jaxpr as a function of its arguments."""
    return core.jaxpr_as_fun(closed)


def known_array(value: Any) -> np.ndarray | None:
    """A constant as a NumPy array, if its value is at hand."""
    if is_tracer(value) or isinstance(value, jax.ShapeDtypeStruct):
        return None
    try:
        return np.asarray(value)
    except Exception:  # keys, tokens, arrays of other processes
        return None
