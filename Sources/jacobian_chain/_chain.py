"""Products of matrices and operators, carried out by numpy and scipy in our order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from . import _problem
from ._operands import Operand
from ._problem import Factor, Problem
from ._products import as_sparse, dense, product, unshared
from ._solve import solve
from ._solved import Solved
from ._structure import tag, transposed
from .errors import ChainError

# The objective that only a chain has: its kernels are known.
_TIME = "time"

# Steps, each with the values that aren't used after it, and the step of the result.
_Program: TypeAlias = tuple[list[tuple[dict[str, Any], set[int]]], int]

# Structures that are compared entry by entry.
_PATTERNS = frozenset({"selection", "sparse"})


def chain(
    operands: Iterable[Any],
    factors: Iterable[Factor | None] | None = None,
    **options: Any,
) -> Chain:
    """Prepare a product of matrices and operators in its cheapest order.

    Parameters
    ----------
    operands
        As the product is written, **outermost first**: ``chain([A, B, C])`` stands
        for A·B·C. Arrays (m × n), scipy.sparse matrices, whose structure is
        recognised, and scipy's LinearOperators, which are only applied (or
        accumulated, where that is cheaper). An operand that stands in several places
        is one factor: its powers are computed once.
    factors
        A `Factor` for each operand, or None to have it recognised: its name, a
        structure that a LinearOperator has, and what one product with it costs
        (``tangent``: J·v, ``adjoint``: v·J, in fma). Without that a product with a
        LinearOperator counts as much as one with a dense matrix, m·n.
    options
        As in `solve`: ``solver``, ``time_limit``, …; and ``objective="time"``: the
        order for the speeds of numpy and scipy, in which an entry of a sparse matrix
        takes ten times as long as one of an array. Prices are then in fma of a dense
        product, without the exact patterns of products, and planning is faster.

    Returns
    -------
    Chain
        ``.jacobian()`` computes the product, ``.dot(x)`` applies it, ``.plan`` and
        ``.solved`` tell the order and what it costs.

    Raises
    ------
    ChainError
        For operands that don't fit together, and as `solve`.

    Examples
    --------
    >>> import numpy as np
    >>> import jacobian_chain as jc
    >>> draw = np.random.default_rng(1).standard_normal
    >>> decoder, encoder = draw((600, 10)), draw((10, 600))
    >>> step = draw((600, 600))
    >>> product = jc.chain([decoder, encoder, step])
    >>> product.solved.bracketings
    ['J3·(J2·J1)']
    >>> np.allclose(product.jacobian(), decoder @ encoder @ step)
    True
    """
    listed = list(operands)
    described = [None] * len(listed) if factors is None else list(factors)
    if not listed or len(described) != len(listed):
        raise ChainError(
            "malformed",
            "operands" if not listed else "factors",
            "at least one operand, and a factor or None for each",
            f"{len(listed)} operands, {len(described)} factors",
            "list the matrices as their product is written, outermost first",
        )
    return Chain(listed, described, options)


class Chain:
    """A product of matrices and operators with the cheapest order for it.

    `chain` makes it. Nothing is planned or multiplied before it is asked for; the
    plan is made once. It never changes, and may be used by several threads at once
    if its operands may.
    """

    # array @ chain is __rmatmul__.
    __array_ufunc__ = None

    def __init__(
        self,
        operands: Sequence[Any],
        factors: Sequence[Factor | None],
        options: Mapping[str, Any],
    ) -> None:
        self._given = tuple(operands)
        self._described = tuple(factors)
        self._options = dict(options)
        # Repeated operands are one factor.
        once: dict[int, Operand] = {}
        for index, (operand, factor) in enumerate(zip(operands, factors, strict=True)):
            if id(operand) not in once:
                once[id(operand)] = Operand(operand, factor, f"operands[{index}]")
        self._operands = [once[id(operand)] for operand in operands]
        places = {key: place for place, key in enumerate(once)}
        self._word = tuple([places[id(operand)] for operand in operands])
        for part in once.values():
            # Before anything is multiplied: products of small integers overflow.
            part.convert(self.dtype)
        for index in range(1, len(operands)):
            left, right = [
                part.matrix for part in self._operands[index - 1 : index + 1]
            ]
            if left.shape[1] != right.shape[0]:
                raise ChainError(
                    "malformed",
                    f"operands[{index}]",
                    f"{left.shape[1]} rows, the columns of operands[{index - 1}]",
                    f"{right.shape[0]} × {right.shape[1]}",
                    "list the matrices as their product is written, outermost first",
                )
        self._plans: dict[tuple[str, int], _Program] = {}

    @property
    def operands(self) -> tuple[Any, ...]:
        """The operands, outermost first."""
        return self._given

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the product."""
        return self._operands[0].matrix.shape[0], self._operands[-1].matrix.shape[1]

    @cached_property
    def dtype(self) -> np.dtype[Any]:
        """Type of the product's entries."""
        types = {operand.matrix.dtype for operand in self._operands} - {None}
        return np.result_type(*types) if types else np.dtype(float)

    @property
    def T(self) -> Chain:  # noqa: N802
        """The transposed product."""
        turned = {id(operand): operand.matrix.T for operand in self._operands}
        return Chain(
            [turned[id(operand)] for operand in reversed(self._operands)],
            [_transposed(factor) for factor in reversed(self._described)],
            self._options,
        )

    @cached_property
    def _factors(self) -> dict[str, Operand]:
        """Operands by name, first applied first; without one, J1, J2, … by place."""
        named: dict[str, Operand] = {}
        seen: dict[int, str] = {}
        for place, operand in enumerate(reversed(self._operands), start=1):
            if id(operand) not in seen:
                name = operand.factor.name or f"J{place}"
                if name in named:
                    raise ChainError(
                        "malformed",
                        "factors",
                        "a name not used before",
                        f'a second "{name}"',
                        "rename it; an operand that is the same object is one factor",
                    )
                named[name] = operand
                seen[id(operand)] = name
        return named

    @cached_property
    def problem(self) -> Problem:
        """What is planned: a factor for each operand, repeated ones once."""
        named = self._factors
        names = {id(operand): name for name, operand in named.items()}
        timed = self._is_timed
        word = [names[id(operand)] for operand in self._operands]
        return Problem(
            [
                replace(operand.timed_factor if timed else operand.factor, name=name)
                for name, operand in named.items()
            ],
            targets=[word] if len(named) < len(word) else None,
        )

    @cached_property
    def solved(self) -> Solved:
        """The plan with its price, its bound, and what other orders cost."""
        options = dict(self._options)
        if self._is_timed:
            del options["objective"]
        return solve(self.problem, **options)

    @property
    def _is_timed(self) -> bool:
        return self._options.get("objective") == _TIME

    @property
    def plan(self) -> dict[str, Any]:
        """The steps of the plan, format ``jacobian-chain-plan/1``."""
        return self.solved.plan

    def jacobian(self) -> Any:
        """Compute the product, in the order of the plan.

        Returns
        -------
        numpy.ndarray or scipy.sparse array
            m × n; sparse when every operand has a structure that isn't dense.
        """
        result = self._computed()
        if any(operand.is_dense for operand in self._operands):
            return self._array(result)
        matrix = as_sparse(result, self._given).astype(self.dtype, copy=False)
        return unshared(matrix, self._given)

    def toarray(self) -> npt.NDArray[Any]:
        """Compute the product as an array (m × n)."""
        return self._array(self._computed())

    def dot(self, block: npt.ArrayLike) -> npt.NDArray[Any]:
        """Apply the product to a vector (n) or to a block of k columns (n × k).

        A vector goes through the operands from the right; a block is one more factor,
        and the order is the cheapest with it.
        """
        right = self._converted(block)
        _check_block(right, right.shape[:1], self.shape[1], "rows")
        if right.ndim == 1:
            for operand in reversed(self._operands):
                right = operand.matrix @ right
            return np.asarray(right)
        return self._with("right", right, right.shape[1])

    def rdot(self, block: npt.ArrayLike) -> npt.NDArray[Any]:
        """Return the vector (m) or block of k rows (k × m) times the product."""
        left = self._converted(block)
        _check_block(left, left.shape[-1:], self.shape[0], "columns")
        if left.ndim == 1:
            for operand in self._operands:
                left = operand.matrix.T @ left
            return np.asarray(left)
        return self._with("left", left, left.shape[0])

    def with_operands(self, operands: Iterable[Any]) -> Chain:
        """Return the chain of other operands: plan once, compute for many points.

        The plan is kept where shapes and structures are the same.
        """
        other = chain(operands, self._described, **self._options)
        if "solved" in self.__dict__ and self._is_like(other):
            for kept in ("solved", "_program", "_plans"):
                if kept in self.__dict__:
                    other.__dict__[kept] = self.__dict__[kept]
        return other

    def _is_like(self, other: Chain) -> bool:
        """Tell whether two chains pose the same problem."""
        if self._word != other._word or self._is_timed:
            return _same(self.problem, other.problem)
        pairs = [
            (one.factor, another.factor)
            for one, another in zip(self._operands, other._operands, strict=True)
        ]
        if any(tag(part.structure) in _PATTERNS for pair in pairs for part in pair):
            return _same(self.problem, other.problem)
        return all(one == another for one, another in pairs)

    def aslinearoperator(self) -> Any:
        """Return the product as scipy's LinearOperator (m × n)."""
        from scipy.sparse.linalg import LinearOperator

        def adjoint(block: npt.NDArray[Any]) -> npt.NDArray[Any]:
            return np.asarray(np.conj(self.rdot(np.conj(block).T)).T)

        return LinearOperator(
            shape=self.shape,
            dtype=self.dtype,
            matvec=lambda vector: self.dot(vector.reshape(-1)),
            rmatvec=lambda vector: adjoint(vector.reshape(-1)),
            matmat=self.dot,
            rmatmat=adjoint,
        )

    def _converted(self, block: npt.ArrayLike) -> npt.NDArray[Any]:
        array = np.asarray(block)
        return array.astype(np.result_type(self.dtype, array.dtype), copy=False)

    def _with(self, side: str, block: npt.NDArray[Any], count: int) -> npt.NDArray[Any]:
        """Compute the product with a block at one end; plans are kept by its width."""
        if 0 in block.shape:
            return np.zeros(
                (self.shape[0], 0) if side == "right" else (0, self.shape[1]),
                np.result_type(self.dtype, block.dtype),
            )
        operands, factors = [*self._given], [*self._described]
        place = len(operands) if side == "right" else 0
        operands.insert(place, block)
        rows, columns = block.shape
        factors.insert(place, Factor(rows, columns, name="block"))
        extended = Chain(operands, factors, self._options)
        kept = self._plans.get((side, count))
        if kept is None:
            kept = self._plans[side, count] = extended._program
        extended.__dict__["_program"] = kept
        return extended.toarray()

    @cached_property
    def _program(self) -> _Program:
        """The plan as it is carried out."""
        plan = self.solved.plan
        target = plan["targets"][0]
        needed = {target}
        program = []
        for step in reversed(plan["steps"]):
            last_used = set(_taken(step)) - needed
            needed |= last_used
            program.append((step, last_used))
        return program[::-1], target

    def _computed(self) -> Any:
        """Carry out the steps; values are dropped after their last use."""
        program, target = self._program
        values: dict[int, Any] = {}
        for step, last_used in program:
            values[step["id"]] = self._performed(step, values)
            for operand in last_used:
                del values[operand]
        return values[target]

    def _performed(self, step: Mapping[str, Any], values: Mapping[int, Any]) -> Any:
        kind, mode = step["kind"], step.get("mode")
        if kind == "multiply":
            return product(values[step["outer"]], values[step["inner"]])
        factor = self._factors[step["factor"]]
        operand = factor.value
        if kind == "given":
            return operand
        if kind == "eliminate" and not factor.applied:
            other = values[step["operand"]]
            pair = (operand, other) if mode == "tangent" else (other, operand)
            return product(*pair)
        if kind == "accumulate" and mode in ("tangent", "adjoint"):
            return operand.accumulate(mode)
        if kind == "eliminate":
            return operand.eliminate(mode, values[step["operand"]])
        raise ChainError(
            "unsupported",
            f"plan: /steps/{step['id']}",
            "given, accumulate, multiply or eliminate",
            f"{kind} {mode or ''}",
            "use a package and a library of one version",
        )

    def _array(self, result: Any) -> npt.NDArray[Any]:
        array = np.asarray(dense(result), dtype=self.dtype)
        # What is handed out is never an operand itself.
        owned: npt.NDArray[Any] = unshared(array, self._given)
        return owned

    def __matmul__(self, block: npt.ArrayLike) -> npt.NDArray[Any]:
        return self.dot(block)

    def __rmatmul__(self, block: npt.ArrayLike) -> npt.NDArray[Any]:
        return self.rdot(block)

    def __array__(
        self, dtype: npt.DTypeLike | None = None, copy: bool | None = None
    ) -> npt.NDArray[Any]:
        return np.asarray(self.toarray(), dtype=dtype)

    def __str__(self) -> str:
        return str(self.solved)

    def __repr__(self) -> str:
        rows, columns = self.shape
        return f"<Chain of {len(self._given)}: {rows} × {columns} {self.dtype}>"

    def _repr_html_(self) -> str:
        return self.solved._repr_html_()


def _taken(step: Mapping[str, Any]) -> list[int]:
    return [step[key] for key in ("outer", "inner", "operand") if key in step]


def _same(one: Problem, other: Problem) -> bool:
    (text, patterns), (text2, patterns2) = map(_problem.encoded, (one, other))
    return text == text2 and all(
        np.array_equal(np.stack(pattern[2:]), np.stack(patterns2[name][2:]))
        for name, pattern in patterns.items()
    )


def _transposed(factor: Factor | None) -> Factor | None:
    """Describe the transposed operand."""
    if factor is None:
        return None
    return replace(
        factor,
        rows=factor.columns,
        columns=factor.rows,
        structure=transposed(factor.structure, factor.rows),
        tangent=factor.adjoint,
        adjoint=factor.tangent,
    )


def _check_block(
    block: npt.NDArray[Any], length: tuple[int, ...], expected: int, what: str
) -> None:
    if block.ndim not in (1, 2) or length != (expected,):
        raise ChainError(
            "malformed",
            "block",
            f"a vector of {expected}, or a block with {expected} {what}",
            " × ".join(map(str, block.shape)) or "a number",
            "correct the shape",
        )
