"""A Jacobian from pieces: each a matrix, joined by products and sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp

from ._blocks import Block, parts_of
from ._bypass import Piece, edge_name
from ._compat import Var, varying_as
from ._cuts import Segment, joined, whole
from ._execute import Steps, execute, single
from ._linear import Linear
from ._planning import Decision
from ._precision import precision_of


def steps_of(
    decision: Decision, linear: Linear, transposed: bool
) -> tuple[Steps, Sequence[Segment]]:
    """What is done, and with which factors: one of all for a mode of JAX's."""
    mode, parts = decision.plan.mode, decision.parts
    if mode == "plan":
        return decision.plan.steps, parts
    part = joined(parts) if parts else whole(linear, transposed)
    return single("tangent" if mode == "forward" else "adjoint"), [part]


def assembled(
    decision: Decision, linear: Linear, constants: Mapping[Var, Any]
) -> Block:
    """The Jacobian of `linear` by the steps of a plan for the graph of its pieces."""
    named = {edge_name(piece): (piece, own) for piece, own in decision.pieces}
    precision = precision_of(linear.eqns)
    steps, values = decision.plan.steps, dict[int, Any]()
    for step in steps:
        if step["kind"] == "given":
            piece, made = named[step["factor"]]
            zeros = {
                v: varying_as(jnp.zeros(v.aval.shape, v.aval.dtype), v.aval)
                for v in piece.zeros
            }
            matrix = _matrix(made, piece.linear, {**constants, **zeros})
            value = _spread(matrix, piece, linear)
        elif step["kind"] == "add":
            one, other = (values[operand] for operand in step["operands"])
            value = one + other
        else:
            outer, inner = values[step["outer"]], values[step["inner"]]
            dtype = jnp.promote_types(outer.dtype, inner.dtype)
            value = jax.lax.dot(
                outer.astype(dtype), inner.astype(dtype), precision=precision
            )
        values[step["id"]] = value
    inputs = tuple(v.aval for v in linear.invars)
    outputs = tuple(v.aval for v in linear.outvars)
    arrays = parts_of(values[steps[-1]["id"]], inputs)
    return Block("adjoint", arrays, inputs, outputs)


def _matrix(decision: Decision, linear: Linear, constants: Mapping[Var, Any]) -> Any:
    """The m × n Jacobian of a piece, by what was decided for it."""
    if decision.structured is not None:
        points = [constants[v] for v in linear.constvars]
        return decision.structured.matrix(*points)[1]
    (block,) = execute(*steps_of(decision, linear, False), constants)
    return block.matrix() if block.mode == "adjoint" else block.matrix().T


def _spread(matrix: Any, piece: Piece, linear: Linear) -> Any:
    """The matrix with zeros for arrays of the vertices that nothing joins."""
    if piece.source == 0:
        matrix = _with_zeros(matrix, 1, piece.inputs, linear.invars)
    if not all(piece.outputs):
        matrix = _with_zeros(matrix, 0, piece.outputs, linear.outvars)
    return matrix


def _with_zeros(
    matrix: Any, axis: int, there: Sequence[bool], ends: Sequence[Var]
) -> Any:
    if all(there):
        return matrix
    parts, start = [], 0
    for variable, is_there in zip(ends, there, strict=True):
        size = variable.aval.size
        if is_there:
            part = jax.lax.slice_in_dim(matrix, start, start + size, axis=axis)
            start += size
        else:
            shape = list(matrix.shape)
            shape[axis] = size
            part = varying_as(jnp.zeros(shape, matrix.dtype), variable.aval)
        parts.append(part)
    return jnp.concatenate(parts, axis)
