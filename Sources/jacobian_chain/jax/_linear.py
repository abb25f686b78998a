"""The derivative of a function as a list of linear equations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np

from . import _compat as compat
from ._compat import JaxprEqn, Var


class Unsupported(Exception):
    """Why a function is left to JAX's own modes; its text goes into the report."""


@dataclass(frozen=True)
class Equations:
    """Equations that take `invars` to `outvars`, given `constvars`."""

    constvars: tuple[Var, ...]
    invars: tuple[Var, ...]
    outvars: tuple[Any, ...]
    eqns: tuple[JaxprEqn, ...]

    def __call__(
        self, constants: Mapping[Var, Any], arguments: Sequence[Any]
    ) -> list[Any]:
        """The values of `outvars`, as a list of arrays."""
        run = compat.function_of(
            (*self.constvars, *self.invars), self.outvars, self.eqns
        )
        return run(*(constants[v] for v in self.constvars), *arguments)


@dataclass(frozen=True)
class Linear(Equations):
    """A linear map; a call is one product J·v, v and the result as lists of arrays.

    Every equation has an operand that depends on `invars`; what doesn't is among
    the constants, the residuals of the primal.
    """

    @property
    def rows(self) -> int:
        """Size m of the result, all its arrays together."""
        return sum(v.aval.size for v in self.outvars)

    @property
    def columns(self) -> int:
        """Size n of the argument, all its arrays together."""
        return sum(v.aval.size for v in self.invars)


@dataclass(frozen=True)
class Linearised:
    """A function of n inputs and its derivative, both as equations.

    `primal` takes the traced arguments to the outputs, then to the residuals, among
    which `residuals` says where the value of a variable is. `linear` is the
    derivative, J·v (`transposed`: u·J), in terms of `residuals`, `constants` and what
    `prologue` computes from them. `literal`: its equations are those that JAX's own
    modes evaluate, but for a few calls that are inlined.
    """

    primal: Equations
    outputs: int
    residuals: Mapping[Var, int]
    constants: Mapping[Var, Any]
    prologue: Equations
    linear: Linear
    arguments: tuple[Any, ...]
    results: tuple[Any, ...]
    input_avals: tuple[Any, ...]
    output_avals: tuple[Any, ...]
    known: Mapping[Var, np.ndarray]
    transposed: bool = False
    literal: bool = False

    @property
    def ends(self) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        """The variables of the differentiated arrays, and of the outputs.

        What is not a variable of `linear` has no derivative.
        """
        if self.transposed:
            return self.results, self.arguments
        return self.arguments, self.results

    def evaluate(self, traced: Sequence[Any]) -> tuple[list[Any], dict[Var, Any]]:
        """The outputs, and the constants of `linear`, at a point."""
        values = self.primal(self.constants, traced)
        outputs, residuals = values[: self.outputs], values[self.outputs :]
        environment = dict(self.constants)
        environment.update((v, residuals[at]) for v, at in self.residuals.items())
        if self.prologue.eqns:
            made = self.prologue(environment, ())
            environment.update(zip(self.prologue.outvars, made, strict=True))
        return outputs, environment


def is_real(aval: Any) -> bool:
    """Whether an aval is an array of real floating-point numbers."""
    dtype = getattr(aval, "dtype", None)
    return dtype is not None and jax.dtypes.issubdtype(dtype, np.floating)
