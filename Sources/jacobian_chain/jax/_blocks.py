"""Jacobians of spans as arrays, and passes of seeds through segments."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import jax
import jax.numpy as jnp
from jax.lax import Precision

from ._batches import products
from ._compat import Var, varying_as
from ._cuts import Segment

Mode = Literal["tangent", "adjoint"]
Place = Callable[[Any], Any]


@dataclass(frozen=True)
class Block:
    """The Jacobian of a span, m × n, dense.

    `tangent`: one array n × (shape) for each output of the span, J's columns.
    `adjoint`: one array m × (shape) for each input, J's rows.
    """

    mode: Mode
    arrays: tuple[Any, ...]
    inputs: tuple[Any, ...]
    outputs: tuple[Any, ...]

    @property
    def rows(self) -> int:
        """Size m of all outputs together."""
        return sum(a.size for a in self.outputs)

    @property
    def columns(self) -> int:
        """Size n of all inputs together."""
        return sum(a.size for a in self.inputs)

    def matrix(self) -> Any:
        """The block as one array: n × m if `tangent`, m × n if `adjoint`."""
        flat = [a.reshape(a.shape[0], -1) for a in self.arrays]
        if len(flat) == 1:
            return flat[0]
        dtype = functools.reduce(jnp.promote_types, (a.dtype for a in flat))
        return jnp.concatenate([a.astype(dtype) for a in flat], axis=1)

    def turned(self, mode: Mode) -> Block:
        """The same Jacobian with its columns, or its rows, one after the other."""
        if mode == self.mode:
            return self
        ends = self.outputs if mode == "tangent" else self.inputs
        arrays = parts_of(self.matrix().T, ends)
        return Block(mode, arrays, self.inputs, self.outputs)

    def tree(self) -> list[list[Any]]:
        """Blocks ∂output/∂input, each of the output's shape + the input's."""
        if self.mode == "adjoint":
            columns = [
                _rows(array, self.outputs, aval.shape)
                for array, aval in zip(self.arrays, self.inputs, strict=True)
            ]
            return [list(row) for row in zip(*columns, strict=True)]
        return [
            [
                jnp.moveaxis(part, 0, -1).reshape(*out.shape, *into.shape)
                for part, into in zip(
                    _split(array, [a.size for a in self.inputs]),
                    self.inputs,
                    strict=True,
                )
            ]
            for array, out in zip(self.arrays, self.outputs, strict=True)
        ]


def _split(array: Any, sizes: Sequence[int], axis: int = 0) -> list[Any]:
    if len(sizes) == 1:
        return [array]
    stops = [sum(sizes[: i + 1]) for i in range(len(sizes) - 1)]
    return list(jnp.split(array, stops, axis))


def _rows(array: Any, outputs: Sequence[Any], shape: tuple[int, ...]) -> list[Any]:
    parts = _split(array, [a.size for a in outputs])
    return [
        part.reshape(*a.shape, *shape) for part, a in zip(parts, outputs, strict=True)
    ]


def parts_of(matrix: Any, ends: Sequence[Any]) -> tuple[Any, ...]:
    """A k × n matrix as one array k × (shape) for each end, in their dtypes."""
    parts = _split(matrix, [a.size for a in ends], axis=1)
    return tuple(
        part.reshape(-1, *a.shape).astype(a.dtype)
        for part, a in zip(parts, ends, strict=True)
    )


def identity(avals: Sequence[Any]) -> tuple[Any, ...]:
    """One seed for each entry of some arrays: for each of these n × (shape)."""
    total = sum(a.size for a in avals)
    seeds, offset = [], 0
    for aval in avals:
        part = jnp.eye(total, aval.size, -offset, dtype=aval.dtype)
        seeds.append(varying_as(part.reshape(total, *aval.shape), aval))
        offset += aval.size
    return tuple(seeds)


def multiply(
    outer: Block, inner: Block, place: Place, precision: Precision | None = None
) -> Block:
    """The product of the Jacobians of two spans that meet; rows first."""
    left, right = outer.matrix(), inner.matrix()
    if outer.mode == "tangent":
        # Products whose left factor comes by columns are slow on CPUs; XLA would
        # fold a transpose into them again.
        left = jax.lax.optimization_barrier(left.T)
    dtype = jnp.promote_types(left.dtype, right.dtype)
    contracted = ((1,), (0 if inner.mode == "adjoint" else 1,))
    product = jax.lax.dot_general(
        left.astype(dtype),
        right.astype(dtype),
        (contracted, ((), ())),
        precision=precision,
    )
    arrays = parts_of(place(product), inner.inputs)
    return Block("adjoint", arrays, inner.inputs, outer.outputs)


def push(
    part: Segment,
    mode: Mode,
    constants: Mapping[Var, Any],
    seeds: tuple[Any, ...],
    chunk: int | None,
    place: Place,
) -> tuple[Any, ...]:
    """Take seeds, batch axis first, through a segment.

    `tangent`: seeds at its inputs come out at its outputs; `adjoint`: the other way.
    `chunk`: how many at a time; `place` lays seeds and results out over devices.
    """
    seeds = tuple(place(s) for s in seeds)
    count, back = seeds[0].shape[0], (mode == "tangent") == part.flipped
    through = _product(part, back, constants)
    if chunk is not None and chunk < count:
        results = jax.lax.map(through, seeds, batch_size=chunk)
    elif (many := products(part.linear, count, back)) is not None:
        results = many(constants, seeds)
    else:
        results = jax.vmap(through)(seeds)
    return tuple(place(r) for r in results)


def _product(
    part: Segment, back: bool, constants: Mapping[Var, Any]
) -> Callable[[tuple[Any, ...]], tuple[Any, ...]]:
    """One product J·v, or u·J, of a segment."""

    def along(*vectors: Any) -> list[Any]:
        return part.linear(constants, vectors)

    if not back:
        return lambda vectors: tuple(along(*vectors))
    pull = jax.linear_transpose(along, *(v.aval for v in part.linear.invars))
    return lambda vectors: tuple(pull(list(vectors)))


def accumulate(
    part: Segment,
    mode: Mode,
    constants: Mapping[Var, Any],
    chunk: int | None,
    place: Place,
) -> Block:
    """The Jacobian of a segment from seeds of its own."""
    seeds = identity(part.inputs if mode == "tangent" else part.outputs)
    arrays = push(part, mode, constants, seeds, chunk, place)
    return Block(mode, arrays, part.inputs, part.outputs)


def eliminate(
    part: Segment,
    operand: Block,
    mode: Mode,
    constants: Mapping[Var, Any],
    chunk: int | None,
    place: Place,
) -> Block:
    """The product of a segment's Jacobian with a block, without having the former.

    `tangent`: J_i·B, `adjoint`: A·J_i.
    """
    seeds = operand.turned(mode).arrays
    arrays = push(part, mode, constants, seeds, chunk, place)
    if mode == "tangent":
        return Block(mode, arrays, operand.inputs, part.outputs)
    return Block(mode, arrays, part.inputs, operand.outputs)
