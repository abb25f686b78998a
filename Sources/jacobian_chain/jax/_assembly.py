"""A Jacobian from pieces: each as a matrix, joined by products and sums."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp

from ._blocks import Block, parts_of
from ._bypass import Piece, edge_name
from ._compat import Var, varying_as
from ._linear import Linear
from ._precision import precision_of


def assembled(
    steps: Sequence[Mapping[str, Any]],
    pieces: Sequence[tuple[Piece, Any]],
    linear: Linear,
    constants: Mapping[Var, Any],
    matrix_of: Callable[[Any, Linear, Mapping[Var, Any]], Any],
) -> Block:
    """The Jacobian of `linear` by the steps of a plan for the graph of its pieces.

    `matrix_of`: the matrix of a piece's linear map by what was decided for it.
    """
    named = {edge_name(piece): (piece, decision) for piece, decision in pieces}
    precision = precision_of(linear.eqns)
    values: dict[int, Any] = {}
    for step in steps:
        if step["kind"] == "given":
            piece, decision = named[step["factor"]]
            zeros = {
                v: varying_as(jnp.zeros(v.aval.shape, v.aval.dtype), v.aval)
                for v in piece.zeros
            }
            own = matrix_of(decision, piece.linear, {**constants, **zeros})
            value = _spread(own, piece, linear)
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
