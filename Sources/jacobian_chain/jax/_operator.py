"""Jacobians as operators of lineax, materialised by a plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax
import lineax as lx

from ._api import jacobian


class PlannedJacobian(lx.AbstractLinearOperator):
    """The Jacobian of a function at a point, m × n, as an operator of lineax.

    Products with vectors are tangents and adjoints of the function; `as_matrix` and
    `lineax.materialise`, which direct solvers call, compute the Jacobian in the best
    order.
    """

    fn: Callable[[Any], Any]
    x: Any
    tags: frozenset[object] = eqx.field(static=True)
    options: tuple[tuple[str, Any], ...] = eqx.field(static=True)

    def mv(self, vector: Any) -> Any:
        """J·v."""
        return jax.jvp(self.fn, (self.x,), (vector,))[1]

    def as_matrix(self) -> Any:
        """J as one matrix, m × n."""
        return lx.materialise(self).as_matrix()

    def transpose(self) -> Any:
        """Jᵀ, materialised."""
        return lx.materialise(self).transpose()

    def in_structure(self) -> Any:
        """Shapes of the inputs."""
        return jax.eval_shape(lambda: self.x)

    def out_structure(self) -> Any:
        """Shapes of the outputs."""
        return jax.eval_shape(self.fn, self.x)


@lx.materialise.register(PlannedJacobian)
def _(operator: Any) -> Any:
    jac = jacobian(operator.fn, **dict(operator.options))(operator.x)
    return lx.PyTreeLinearOperator(jac, operator.out_structure(), operator.tags)


@lx.linearise.register(PlannedJacobian)
def _(operator: Any) -> Any:
    _, along = jax.linearize(operator.fn, operator.x)
    return lx.FunctionLinearOperator(along, operator.in_structure(), operator.tags)


@lx.diagonal.register(PlannedJacobian)
def _(operator: Any) -> Any:
    return lx.diagonal(lx.materialise(operator))


@lx.tridiagonal.register(PlannedJacobian)
def _(operator: Any) -> Any:
    return lx.tridiagonal(lx.materialise(operator))


@lx.conj.register(PlannedJacobian)
def _(operator: Any) -> Any:
    return operator  # real functions only


def _tagged(query: Any, tag: object) -> None:
    @query.register(PlannedJacobian)
    def _(operator: Any) -> bool:
        return tag in operator.tags


for _query, _tag in (
    (lx.is_symmetric, lx.symmetric_tag),
    (lx.is_diagonal, lx.diagonal_tag),
    (lx.is_tridiagonal, lx.tridiagonal_tag),
    (lx.has_unit_diagonal, lx.unit_diagonal_tag),
    (lx.is_lower_triangular, lx.lower_triangular_tag),
    (lx.is_upper_triangular, lx.upper_triangular_tag),
    (lx.is_positive_semidefinite, lx.positive_semidefinite_tag),
    (lx.is_negative_semidefinite, lx.negative_semidefinite_tag),
):
    _tagged(_query, _tag)


def operator_of(
    fun: Callable[..., Any], x: Any, args: tuple[Any, ...], tags: Any, options: Any
) -> PlannedJacobian:
    """The Jacobian of ``fun(x, *args)`` with respect to x."""
    point = jax.tree_util.tree_map(jax.numpy.asarray, x)
    closed = eqx.filter_closure_convert(lambda x: fun(x, *args), point)
    tags = tags if isinstance(tags, (tuple, list, set, frozenset)) else (tags,)
    return PlannedJacobian(closed, point, frozenset(tags), tuple(options.items()))
