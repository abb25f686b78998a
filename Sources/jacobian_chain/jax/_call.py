"""One call of a function: its arguments as flat arrays, and the trees around them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ._linear import Linearised, Unsupported
from ._settings import positions_of
from ._tracing import linearise


class Call:
    """A function at its arguments, some of which are differentiated.

    The others stay as they are, whatever they are; but those that are only shapes
    are traced, too.
    """

    def __init__(
        self,
        fun: Callable[..., Any],
        argnums: int | Sequence[int],
        has_aux: bool,
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
    ) -> None:
        self.fun, self.has_aux = fun, has_aux
        positions = positions_of(argnums)
        if not all(-len(args) <= p < len(args) for p in positions):
            raise Unsupported("argnums outside the arguments")
        self.positions = tuple(p % len(args) for p in positions)
        if len(set(self.positions)) < len(positions):
            raise Unsupported("argnums that name an argument twice")
        self.args, self.kwargs = args, kwargs
        dynamic = tuple(args[p] for p in self.positions)
        tree = dynamic[0] if isinstance(argnums, int) else dynamic
        self.inputs, self.tree = jax.tree_util.tree_flatten(tree)
        if not self.inputs:
            raise Unsupported("nothing to differentiate with respect to")
        for leaf in self.inputs:
            if not _is_real(leaf):
                kind = getattr(leaf, "dtype", type(leaf).__name__)
                raise Unsupported(
                    f"inputs that are not real floating-point arrays, but {kind}"
                )
        self.inputs = [
            x if isinstance(x, (jax.Array, jax.ShapeDtypeStruct)) else jnp.asarray(x)
            for x in self.inputs
        ]
        rest = [None if i in self.positions else a for i, a in enumerate(args)]
        leaves, self._rest_tree = jax.tree_util.tree_flatten((rest, dict(kwargs)))
        self._rest = leaves
        self._abstract = [
            i for i, a in enumerate(leaves) if isinstance(a, jax.ShapeDtypeStruct)
        ]
        self._scalar = isinstance(argnums, int)
        self.output_tree: Any = None
        self._auxiliary: Any = None

    @property
    def traced(self) -> list[Any]:
        """The arrays at which the traced function is evaluated."""
        return [*self.inputs, *(self._rest[i] for i in self._abstract)]

    def linearise(self) -> Linearised:
        """Trace the function and take its derivative; nothing is computed."""
        return linearise(
            self._flat, self.inputs, [self._rest[i] for i in self._abstract]
        )

    def _flat(self, *arrays: Any) -> tuple[list[Any], list[Any]]:
        count = len(self.inputs)
        dynamic = jax.tree_util.tree_unflatten(self.tree, arrays[:count])
        dynamic = (dynamic,) if self._scalar else dynamic
        leaves = list(self._rest)
        for position, value in zip(self._abstract, arrays[count:], strict=True):
            leaves[position] = value
        rest, kwargs = jax.tree_util.tree_unflatten(self._rest_tree, leaves)
        full = list(rest)
        for position, value in zip(self.positions, dynamic, strict=True):
            full[position] = value
        result = self.fun(*full, **kwargs)
        auxiliary: Any = ()
        if self.has_aux:
            result, auxiliary = result
        outputs, self.output_tree = jax.tree_util.tree_flatten(result)
        leaves, tree = jax.tree_util.tree_flatten(auxiliary)
        # Those of NumPy stay what they are: traced, they would have JAX's dtypes.
        arrays_too = [isinstance(a, jax.Array) for a in leaves]
        self._auxiliary = (
            tree,
            [None if array else a for a, array in zip(leaves, arrays_too, strict=True)],
            arrays_too,
        )
        return outputs, [a for a, ok in zip(leaves, arrays_too, strict=True) if ok]

    def value(self, outputs: Sequence[Any]) -> tuple[Any, Any]:
        """The function's result, and its auxiliary data, from flat arrays."""
        count = self.output_tree.num_leaves
        tree, leaves, arrays = self._auxiliary
        made = iter(outputs[count:])
        filled = [next(made) if a else x for x, a in zip(leaves, arrays, strict=True)]
        # Constants come as literals of a jaxpr.
        values = [v if isinstance(v, jax.Array) else jnp.asarray(v) for v in outputs]
        return (
            jax.tree_util.tree_unflatten(self.output_tree, values[:count]),
            jax.tree_util.tree_unflatten(tree, filled),
        )

    def jacobian(self, blocks: Sequence[Sequence[Any]]) -> Any:
        """The tree of `jax.jacobian`: the outputs' tree of trees of the inputs."""
        rows = [jax.tree_util.tree_unflatten(self.tree, row) for row in blocks]
        return jax.tree_util.tree_unflatten(self.output_tree, rows)


def _is_real(leaf: Any) -> bool:
    if isinstance(leaf, (bool, int, complex)):
        return False
    if not isinstance(leaf, (float, jax.Array, np.ndarray, np.generic)) and not (
        isinstance(leaf, jax.ShapeDtypeStruct)
    ):
        return False
    dtype = getattr(leaf, "dtype", None)
    return dtype is None or bool(jax.dtypes.issubdtype(dtype, jnp.floating))
