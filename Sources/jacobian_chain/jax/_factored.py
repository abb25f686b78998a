"""A Jacobian as the product of its factors, never multiplied out."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from jax.flatten_util import ravel_pytree


@jax.tree_util.register_pytree_node_class
class FactoredJacobian:
    """J = A·B·…, m × n, kept as its factors: a linear operator.

    A pytree of its arrays. At a waist of width k it holds k·(m + n) entries where the
    dense Jacobian has m·n.

    Attributes
    ----------
    factors
        Matrices, outermost first as in mathematics; arrays of inputs and outputs are
        raveled and concatenated in the order of their trees.
    """

    def __init__(self, factors: tuple[Any, ...], inputs: Any, outputs: Any) -> None:
        self.factors = tuple(factors)
        self._inputs, self._outputs = inputs, outputs

    @property
    def shape(self) -> tuple[int, int]:
        """Rows m and columns n."""
        return self.factors[0].shape[0], self.factors[-1].shape[1]

    def __repr__(self) -> str:
        listed = " · ".join(f"{f.shape[0]}×{f.shape[1]}" for f in self.factors)
        return f"<FactoredJacobian {listed}>"

    def mv(self, vector: Any) -> Any:
        """J·v: a tree like the inputs gives one like the outputs. O(Σ entries)."""
        product = ravel_pytree(vector)[0]
        for factor in reversed(self.factors):
            product = factor @ product
        return _unravel(product, self._outputs)

    def rmv(self, covector: Any) -> Any:
        """u·J: a tree like the outputs gives one like the inputs. O(Σ entries)."""
        product = ravel_pytree(covector)[0]
        for factor in self.factors:
            product = product @ factor
        return _unravel(product, self._inputs)

    def __matmul__(self, matrix: Any) -> Any:
        """J times a raveled vector (n) or a matrix (n × k)."""
        for factor in reversed(self.factors):
            matrix = factor @ matrix
        return matrix

    def __rmatmul__(self, matrix: Any) -> Any:
        """A raveled covector (m) or a matrix (k × m) times J."""
        for factor in self.factors:
            matrix = matrix @ factor
        return matrix

    def to_dense(self) -> Any:
        """J as one matrix, m × n."""
        return (
            jnp.linalg.multi_dot(self.factors)
            if len(self.factors) > 1
            else (self.factors[0])
        )

    def tree_flatten(self) -> tuple[Any, Any]:
        """Return the arrays, and what doesn't change with them."""
        return self.factors, (_Shapes(self._inputs), _Shapes(self._outputs))

    @classmethod
    def tree_unflatten(cls, shapes: Any, factors: Any) -> FactoredJacobian:
        """Return the operator of other arrays of these shapes."""
        return cls(factors, shapes[0].tree, shapes[1].tree)


class _Shapes:
    """A tree of shapes that compares by value."""

    def __init__(self, tree: Any) -> None:
        self.tree = tree
        leaves, self._treedef = jax.tree_util.tree_flatten(tree)
        self._leaves = tuple((a.shape, jnp.dtype(a.dtype)) for a in leaves)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Shapes) and (self._leaves, self._treedef) == (
            other._leaves,
            other._treedef,
        )

    def __hash__(self) -> int:
        return hash((self._leaves, self._treedef))


def _unravel(vector: Any, tree: Any) -> Any:
    leaves, treedef = jax.tree_util.tree_flatten(tree)
    parts, start = [], 0
    for leaf in leaves:
        part = vector[start : start + leaf.size]
        parts.append(part.reshape(leaf.shape).astype(leaf.dtype))
        start += leaf.size
    return jax.tree_util.tree_unflatten(treedef, parts)
