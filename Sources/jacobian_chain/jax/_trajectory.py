"""Jacobians of trajectories: from the parameters to all states of a time loop."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import jax
import jax.numpy as jnp
import numpy as np
from jax.flatten_util import ravel_pytree

from ._compat import outer_axes
from ._flat import common_length, refuse_change, refuse_others, size_of, unraveller
from ._precision import precision_of
from ._prices import has_adjoints
from ._structure.budget import Budget
from ._structure.linear import NotLinearisable, linearise
from ._structure.patterns import pattern
from ._structure.prices import Price, Rates
from ._structure.steps import Steps, accumulated, by_blocks

Mode = Literal["auto", "tangents", "adjoints", "accumulate"]
Step = Callable[[Any, Any, Any], Any]

#: Up to so many entries of one state's Jacobian all leaves are one array.
_TOGETHER = 512


@dataclass(frozen=True)
class TrajectoryPrices:
    """Predicted prices of the three ways, None where one isn't possible."""

    tangents: Price | None
    adjoints: Price | None
    accumulate: Price | None

    @property
    def best(self) -> Literal["tangents", "adjoints", "accumulate"]:
        """The cheapest way; ties go to the first."""
        ways: Mapping[Any, Price] = {
            name: price
            for name, price in (
                ("tangents", self.tangents),
                ("accumulate", self.accumulate),
                ("adjoints", self.adjoints),
            )
            if price is not None
        }
        return min(ways, key=lambda name: ways[name].seconds)


def trajectory_jacobian(
    step: Step,
    y0: Any,
    params: Any,
    times: Any,
    *,
    observe: Callable[[Any], Any] | None = None,
    final: bool = False,
    mode: Mode = "auto",
    with_states: bool = False,
    rates: Rates | None = None,
) -> Any:
    """The Jacobian of a trajectory with respect to its parameters.

    The trajectory is y_k = step(y_{k−1}, params, times[k−1]) for k = 1 … T. With d
    numbers in a state and p in the parameters, the Jacobian S_k = ∂y_k/∂params
    (d × p) follows S ← A·S + B along the loop, where [A B] takes d adjoints of one
    step instead of the p tangents of forward mode. Which way is taken is decided
    by price while tracing; the loop stays rolled.

    Args:
        step: from a state, the parameters and one time to the next state.
        y0: the first state, or a function from the parameters to it. Without a
            function it doesn't depend on them.
        params: a pytree of real floating arrays.
        times: an array, or a pytree of arrays, with a leading axis of length T: what
            changes from step to step (a time and a step size, controls).
        observe: from a state to what is wanted of it; default: the state.
        final: only after the last step, instead of after every step.
        mode: "auto", or one of the three ways: "tangents" through all steps,
            "adjoints" through all steps, "accumulate" (S ← A·S + B).
        with_states: return the observed states, too.
        rates: a measured profile instead of the rule of thumb.

    Returns
    -------
        A pytree of the states' structure whose leaves are pytrees of the parameters'
        structure, as `jax.jacobian` of the trajectory gives it: leaves
        (T, *state, *parameter), without T where `final`. With `with_states` the pair
        of the states and that.

    Raises
    ------
        TypeError: for parameters or states that aren't real floating arrays, for a
            step that doesn't keep the shapes of its state.
        ValueError: for times of different lengths, an unknown mode.

    Complexity:
        accumulate: T·(d adjoints of a step + d²·p fma); memory d·p and the result.
    """
    problem = _Problem.of(step, y0, params, times, observe, final)
    if mode not in ("auto", "tangents", "adjoints", "accumulate"):
        raise ValueError(
            f"mode: expected auto, tangents, adjoints or accumulate, found {mode!r}"
        )
    way = problem.prices(rates or Rates()).best if mode == "auto" else mode
    if way == "accumulate" and problem.length and problem.d:
        states, matrices = problem.accumulated()
    else:  # without steps or states nothing is accumulated
        states, matrices = problem.through("tangents" if way == "accumulate" else way)
    jacobian = problem.blocks(matrices)
    return (problem.observed(states), jacobian) if with_states else jacobian


def trajectory_prices(
    step: Step,
    y0: Any,
    params: Any,
    times: Any,
    *,
    observe: Callable[[Any], Any] | None = None,
    final: bool = False,
    rates: Rates | None = None,
) -> TrajectoryPrices:
    """What the three ways to `trajectory_jacobian` would cost."""
    problem = _Problem.of(step, y0, params, times, observe, final)
    return problem.prices(rates or Rates())


@dataclass(frozen=True, eq=False)
class _Problem:
    """A trajectory between flat vectors: state (d), parameters (p), observed (q).

    `step` takes a flat state and the parameters as the user's pytree: gradients by
    a flat vector would be padded and added, leaf by leaf.
    """

    step: Callable[[Any, Any, Any], Any]
    start: Callable[[Any], Any]
    observe: Callable[[Any], Any]
    params: Any
    times: Any
    length: int
    final: bool
    state: Any
    result: Any
    unravel_params: Callable[[Any], Any]
    starts_from_params: bool
    observes: bool

    @staticmethod
    def of(
        step: Step, y0: Any, params: Any, times: Any, observe: Any, final: bool
    ) -> _Problem:
        begin = y0 if callable(y0) else lambda _: y0
        refuse_others(params, "params")
        flat_params, unravel_params = ravel_pytree(params)
        state = jax.eval_shape(begin, params)
        refuse_others(state, "y0")
        unravel = unraveller(state)
        length = common_length(times)
        one = jax.tree.map(lambda t: jax.ShapeDtypeStruct(t.shape[1:], t.dtype), times)
        after = jax.eval_shape(step, state, params, one)
        refuse_change(state, after)
        look = observe or (lambda y: y)
        result = jax.eval_shape(look, state)
        refuse_others(result, "observe")
        dtypes = [leaf.dtype for leaf in jax.tree.leaves(state)]
        dtype = jnp.result_type(*dtypes) if dtypes else flat_params.dtype

        def on_vectors(y: Any, own: Any, t: Any) -> Any:
            return ravel_pytree(step(unravel(y), own, t))[0].astype(dtype)

        return _Problem(
            on_vectors,
            lambda p: ravel_pytree(begin(unravel_params(p)))[0].astype(dtype),
            lambda y: ravel_pytree(look(unravel(y)))[0],
            flat_params,
            times,
            length,
            final,
            jax.ShapeDtypeStruct((size_of(state),), dtype),
            result,
            unravel_params,
            callable(y0),
            observe is not None,
        )

    @property
    def d(self) -> int:
        return int(self.state.shape[0])

    @property
    def p(self) -> int:
        return int(self.params.shape[0])

    @property
    def q(self) -> int:
        return size_of(self.result)

    def prices(self, rates: Rates) -> TrajectoryPrices:
        """Closed forms, from the linear map of one step."""
        one = jax.tree.map(lambda t: jnp.zeros(t.shape[1:], t.dtype), self.times)
        tangible = True
        try:
            body = linearise(
                lambda y, p: (self.step(y, self.unravel_params(p), one),),
                self.state,
                self.params,
            )
        except NotLinearisable:
            tangible = False
            plain = lambda y, p: (y + jnp.sum(p),)  # noqa: E731
            body = linearise(plain, self.state, self.params)
        program = body.program.restricted(body.tangents)
        active = [e for e in program.equations if not body.linear.isdisjoint(e.inputs)]
        transposable = has_adjoints(active)
        # Of devices that hear from each other only adjoints give jax.jacobian's.
        alone = not any(map(outer_axes, active))
        steps = Steps(program, body.linear, self.length, self.d, 0, self.d)
        rows = self.q if self.final else self.q * self.length
        return TrajectoryPrices(
            steps.tangents(self.p, rates) if tangible and alone else None,
            steps.adjoints(rows, rates) if transposable else None,
            steps.accumulate(self.p, rates) if transposable and alone else None,
        )

    def rolled(self, p: Any) -> Any:
        """The observed states, (q) or (T, q)."""
        own = self.unravel_params(p)

        def move(y: Any, t: Any) -> tuple[Any, Any]:
            y = self.step(y, own, t)
            return y, None if self.final else self.observe(y)

        y, seen = jax.lax.scan(move, self.start(p), self.times)
        return self.observe(y) if self.final else seen

    def through(self, way: str) -> tuple[Any, list[Any]]:
        """Observed states and Jacobian, by one of JAX's own modes."""

        def twice(p: Any) -> tuple[Any, Any]:
            seen = self.rolled(p)
            return seen, seen

        mode = jax.jacfwd if way == "tangents" else jax.jacrev
        matrix, seen = mode(twice, has_aux=True)(self.params)
        return seen, self._by_parameter(matrix)

    def _by_parameter(self, matrix: Any) -> list[Any]:
        """Columns divided among the leaves of the parameters."""
        parts, start = [], 0
        for leaf in jax.tree.leaves(self.unravel_params(self.params)):
            parts.append(matrix[..., start : start + leaf.size])
            start += leaf.size
        return parts

    def accumulated(self) -> tuple[Any, list[Any]]:
        """Observed states and Jacobian, by S ← A·S + B, leaf by leaf of p.

        A block of steps at a time: its states, then all its [A B] at once (they don't
        depend on S), then the products, which take the place of B. Results leave the
        loop in their final layout: no copy is made of them, but where they are few.
        """
        y, p = self.start(self.params), self.params
        dtype = self.state.dtype
        unit = np.eye(self.d, dtype=dtype)
        if self.starts_from_params:
            mode = jax.jacrev if self.d <= self.p else jax.jacfwd
            whole = mode(self.start)(p).astype(dtype)
        else:
            whole = jnp.zeros((self.d, self.p), dtype)
        own = self.unravel_params(p)
        observed = self._observer()
        precision = self._precision()
        # Below that, kernels take longer to start than to run.
        together = 0 < self.d * self.p <= _TOGETHER

        def step_matrices(y: Any, t: Any) -> tuple[Any, list[Any]]:
            _, pull = jax.vjp(partial(_third, self.step, t), y, own)
            a, by_leaf = jax.vmap(pull)(unit)
            b = [
                block.reshape(self.d, -1).astype(dtype)
                for block in jax.tree.leaves(by_leaf)
            ]
            return a, [jnp.concatenate(b, axis=1)] if together else b

        def block(carry: tuple[Any, list[Any]], times: Any) -> tuple[Any, Any]:
            y, s = carry
            after = jax.lax.scan(lambda y, t: (self.step(y, own, t),) * 2, y, times)[1]
            before = jnp.concatenate([y[None], after[:-1]])
            a, b = jax.vmap(step_matrices)(before, times)
            s, each = accumulated(a, b, s, precision, not self.final)
            results = None if self.final else jax.vmap(observed)(after, each)
            return (after[-1], s), results

        carry = y, [whole] if together else self._by_parameter(whole)
        entries = self.d * (self.d + self.p)
        (y, s), results = by_blocks(block, carry, self.times, entries)
        seen, parts = observed(y, s) if self.final else results
        return seen, self._by_parameter(parts[0]) if together else parts

    def _precision(self) -> Any:
        """The precision of the products of a step."""
        one = jax.tree.map(lambda t: t[0], self.times)
        return precision_of(
            jax.make_jaxpr(partial(_third, self.step, one))(
                self.state, self.unravel_params(self.params)
            ).eqns
        )

    def _observer(self) -> Callable[[Any, list[Any]], tuple[Any, list[Any]]]:
        """From a state and its S to what is observed, and that one's Jacobian."""
        if not self.observes:
            return lambda y, s: (y, s)
        rows = self._selected()
        if rows is not None:
            return lambda y, s: (self.observe(y), [part[rows] for part in s])

        def look(y: Any, s: list[Any]) -> tuple[Any, list[Any]]:
            if self.q <= self.p:
                seen, pull = jax.vjp(self.observe, y)
                (c,) = jax.vmap(pull)(jnp.eye(self.q, dtype=seen.dtype))
                return seen, [c @ part for part in s]
            seen, push = jax.linearize(self.observe, y)
            return seen, [jax.vmap(push, in_axes=1, out_axes=1)(part) for part in s]

        return look

    def _selected(self) -> Any:
        """The states that are observed as they are, if that is all."""
        try:
            found = pattern(
                linearise(lambda y: (self.observe(y),), self.state), Budget()
            )
        except NotLinearisable:
            return None
        if not found.unit or found.count != self.q:
            return None
        structure = found.structure
        if structure == "identity":
            return slice(None)
        if isinstance(structure, dict) and "selection" in structure:
            return jnp.asarray(found.column_indices)
        return None

    def observed(self, states: Any) -> Any:
        """The observed states (…, q) as the user's pytree."""
        return self._divided(states, -1, lambda part, shape: part.reshape(shape))

    def blocks(self, matrices: list[Any]) -> Any:
        """The Jacobian, (…, q, p) by leaves of p, as a pytree of pytrees."""
        leaves, tree = jax.tree.flatten(self.unravel_params(self.params))

        def of(leaf: Any) -> Callable[[Any, tuple[int, ...]], Any]:
            return lambda part, shape: part.reshape((*shape, *leaf.shape))

        rows = [
            self._divided(matrix, -2, of(leaf))
            for matrix, leaf in zip(matrices, leaves, strict=True)
        ]
        if not rows:
            return jax.tree.map(lambda _: jax.tree.unflatten(tree, []), self.result)
        return jax.tree.map(lambda *own: jax.tree.unflatten(tree, own), *rows)

    def _divided(
        self, array: Any, axis: int, finish: Callable[[Any, tuple[int, ...]], Any]
    ) -> Any:
        """The q entries along an axis, divided among the leaves of the result."""
        leaves, tree = jax.tree.flatten(self.result)
        head = () if self.final else (self.length,)
        parts, start = [], 0
        for leaf in leaves:
            size = math.prod(leaf.shape)
            part = jax.lax.slice_in_dim(array, start, start + size, axis=axis)
            parts.append(finish(part.astype(leaf.dtype), (*head, *leaf.shape)))
            start += size
        return jax.tree.unflatten(tree, parts)


def _third(step: Step, t: Any, y: Any, p: Any) -> Any:
    return step(y, p, t)
