"""What equations of a derivative cost: fma, bytes, operations, and then seconds."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from . import _compat as compat
from ._compat import JaxprEqn, Var, is_literal

# Equations that XLA turns into no work of their own, or fuses into their readers.
_FREE = frozenset(
    {
        "broadcast_in_dim",
        "convert_element_type",
        "copy",
        "copy_p",
        "expand_dims",
        "optimization_barrier",
        "pvary",
        "reduce_precision",
        "reshape",
        "sharding_constraint",
        "squeeze",
        "stop_gradient",
        "transpose",
    }
)
# Equations that pick entries: adjoints of a part are as large as the whole.
_PICKS = frozenset({"dynamic_slice", "gather", "slice"})
# Loops whose number of rounds depends on values can't be run backwards.
_TANGENT_ONLY = frozenset({"while"})

# A loop whose number of rounds depends on values: what is assumed of it.
_ROUNDS = 10


class Work(NamedTuple):
    """One product with one vector.

    `fma` fused multiply-adds; `dense` those of them in matrix products; `moved`
    bytes read and written for each vector; `fixed` bytes read once, however many
    vectors there are; `operations` kernels started, however many vectors; `spread`
    bytes more that an adjoint writes than a tangent.
    """

    fma: int = 0
    dense: int = 0
    moved: int = 0
    fixed: int = 0
    operations: int = 0
    spread: int = 0

    def __add__(self, other: Work) -> Work:  # type: ignore[override]
        return Work(
            self.fma + other.fma,
            self.dense + other.dense,
            self.moved + other.moved,
            self.fixed + other.fixed,
            self.operations + other.operations,
            self.spread + other.spread,
        )

    def times(self, rounds: int) -> Work:
        """The work of `rounds` rounds of a loop."""
        return Work(
            self.fma * rounds,
            self.dense * rounds,
            self.moved * rounds,
            self.fixed * rounds,
            self.operations * rounds,
            self.spread * rounds,
        )


@dataclass(frozen=True)
class Profile:
    """How fast a device is.

    `fma` fused multiply-adds a second in large matrix products, `bytes` moved a
    second by elementwise kernels, `operation` seconds to start one. `threshold`:
    a plan is taken when its predicted time is below this share of the better mode's.
    """

    fma: float
    bytes: float
    operation: float
    threshold: float = 0.8
    name: str = "rule of thumb"

    def seconds(self, work: Work, vectors: int, adjoints: bool = False) -> float:
        """Predicted time of products with so many tangents or adjoints at once.

        Up to eight vectors a matrix product is bound by reading the matrix, which
        `fixed` states; scalar work is bound by what it moves.
        """
        arithmetic = work.dense * vectors / self.fma
        moved = work.moved + work.spread * adjoints
        memory = (work.fixed + moved * vectors) / self.bytes
        other = (work.fma - work.dense) * vectors / (self.fma / 8)
        return max(arithmetic, memory) + other + work.operations * self.operation

    def product_seconds(self, rows: int, depth: int, columns: int, item: int) -> float:
        """Predicted time of a dense matrix product, of numbers of `item` bytes."""
        fma = rows * depth * columns
        moved = item * (rows * depth + depth * columns + rows * columns)
        return self.seconds(Work(fma, fma, fixed=moved, operations=1), 1)


CPU = Profile(fma=2e10, bytes=1.2e10, operation=1.5e-6)
ACCELERATOR = Profile(fma=5e12, bytes=1e12, operation=5e-6)


def nbytes(aval: Any) -> int:
    """Bytes of an array of this shape and dtype."""
    dtype = getattr(aval, "dtype", None)
    return aval.size * getattr(dtype, "itemsize", 4) if dtype is not None else 0


def work_of(eqns: Iterable[JaxprEqn], linear: Iterable[Var]) -> Work:
    """The work of one tangent product through equations, and what an adjoint adds.

    `linear`: the variables among the operands that vary with the vector.
    O(equations), bodies of loops included.
    """
    depends = set(linear)
    total = Work()
    for eqn in eqns:
        operands = [a for a in eqn.invars if not is_literal(a) and a in depends]
        depends.update(eqn.outvars)
        if eqn.primitive.name not in _FREE:
            total += _work(eqn, operands)
    return total


def modes_of(eqns: Iterable[Any]) -> tuple[bool, bool]:
    """Whether equations have tangents, and whether they have adjoints."""
    tangent = adjoint = True
    for eqn in eqns:
        tangent = tangent and eqn.primitive.name not in compat.ADJOINT_ONLY
        adjoint = adjoint and eqn.primitive.name not in _TANGENT_ONLY
        for inner in compat.inner_jaxprs(eqn):
            # The rules of these are their own: what is inside doesn't matter.
            if eqn.primitive.name in ("custom_linear_solve", *compat.ADJOINT_ONLY):
                continue
            inside = modes_of(inner.eqns)
            tangent, adjoint = tangent and inside[0], adjoint and inside[1]
    return tangent, adjoint


def has_adjoints(eqns: Iterable[Any]) -> bool:
    """Whether JAX can transpose equations."""
    return modes_of(eqns)[1]


def has_loops(eqns: Iterable[JaxprEqn]) -> bool:
    """Whether there is a scan or a while loop among the equations."""
    return any(e.primitive.name in ("scan", "while") for e in eqns)


def _work(eqn: JaxprEqn, operands: Sequence[Var]) -> Work:
    name = eqn.primitive.name
    inside = _RULES.get(name)
    written = sum(nbytes(v.aval) for v in eqn.outvars)
    read = sum(nbytes(a.aval) for a in operands)
    fixed = sum(
        nbytes(a.aval) for a in eqn.invars if not is_literal(a) and a not in operands
    )
    if inside is not None:
        work = inside(eqn, operands)
        if name in ("scan", "while", "cond"):
            return work
        return work + Work(moved=read + written, fixed=fixed, operations=1)
    bodies = compat.inner_jaxprs(eqn)
    if bodies:  # remat, solves: what is inside, every operand as if it varied
        return _bodies(bodies[:1]) + Work(operations=1)
    if name in _PICKS:
        spread = max(read - written, 0)
        size, read = sum(v.aval.size for v in eqn.outvars), min(read, written)
    else:
        spread = 0
        size = max((a.aval.size for a in (*eqn.outvars, *operands)), default=0)
    # Elementwise neighbours are fused: each moves its result, and half its operands.
    moved = written + read // 2
    return Work(fma=size, moved=moved, fixed=fixed, operations=1, spread=spread)


def _bodies(jaxprs: Sequence[Any]) -> Work:
    total = Work()
    for jaxpr in jaxprs:
        total += work_of(jaxpr.eqns, (*jaxpr.invars, *jaxpr.constvars))
    return total


def _dot_general(eqn: JaxprEqn, _: Sequence[Var]) -> Work:
    (contracted, _), _ = eqn.params["dimension_numbers"]
    left = eqn.invars[0].aval.shape
    depth = math.prod(left[axis] for axis in contracted)
    count = eqn.outvars[0].aval.size * depth
    return Work(fma=count, dense=count)


def _convolution(eqn: JaxprEqn, _: Sequence[Var]) -> Work:
    kernel = eqn.invars[1].aval
    features = kernel.shape[eqn.params["dimension_numbers"].rhs_spec[0]]
    count = eqn.outvars[0].aval.size * (kernel.size // max(features, 1))
    return Work(fma=count, dense=count)


def _triangular_solve(eqn: JaxprEqn, _: Sequence[Var]) -> Work:
    matrix, right = (a.aval for a in eqn.invars[:2])
    count = right.size * matrix.shape[-1] // 2
    return Work(fma=count, dense=count)


def _fft(eqn: JaxprEqn, _: Sequence[Var]) -> Work:
    size = max(eqn.invars[0].aval.size, eqn.outvars[0].aval.size)
    return Work(fma=2 * size * max(int(np.log2(max(size, 2))), 1))


def _scan(eqn: JaxprEqn, operands: Sequence[Var]) -> Work:
    (body,) = compat.inner_jaxprs(eqn)
    constants, carry = compat.scan_counts(eqn.params)
    linear = [
        inner
        for position, (atom, inner) in enumerate(
            zip(eqn.invars, body.invars, strict=True)
        )
        if constants <= position < constants + carry or atom in operands
    ]
    once = work_of(body.eqns, linear) + Work(operations=1)
    return once.times(eqn.params["length"])


def _while(eqn: JaxprEqn, _: Sequence[Var]) -> Work:
    bodies = [eqn.params["body_jaxpr"].jaxpr]
    return _bodies(bodies).times(_ROUNDS)


def _cond(eqn: JaxprEqn, _: Sequence[Var]) -> Work:
    branches = [_bodies([b.jaxpr]) for b in eqn.params["branches"]]
    return max(branches, key=lambda w: (w.fma, w.moved), default=Work())


def _scatter(eqn: JaxprEqn, _: Sequence[Var]) -> Work:
    updates = eqn.invars[2].aval
    return Work(fma=4 * updates.size)


_RULES: Mapping[str, Any] = {
    "cond": _cond,
    "conv_general_dilated": _convolution,
    "dot_general": _dot_general,
    "fft": _fft,
    "scan": _scan,
    "scatter-add": _scatter,
    "scatter_add": _scatter,
    "triangular_solve": _triangular_solve,
    "while": _while,
}
