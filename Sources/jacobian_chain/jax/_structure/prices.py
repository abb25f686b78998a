"""What running an equation on many tangents at once costs.

Prices choose, they don't promise: their ratios between ways to the same
Jacobian are what counts. The rates are a rule of thumb of one CPU core in
double precision; a measured profile may replace them.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

from .program import Equation, Program


class Price(NamedTuple):
    """Predicted cost: seconds, fma and bytes written."""

    seconds: float = 0.0
    fma: int = 0
    bytes: int = 0

    def __add__(self, other: Price) -> Price:  # type: ignore[override]
        return Price(
            self.seconds + other.seconds,
            self.fma + other.fma,
            self.bytes + other.bytes,
        )

    def times(self, factor: int) -> Price:
        return Price(self.seconds * factor, self.fma * factor, self.bytes * factor)


@dataclass(frozen=True)
class Rates:
    """Seconds for one fma, one entry moved, one kernel, one loop step."""

    gemm: float = 0.1e-9
    product: float = 0.35e-9
    convolution: float = 0.3e-9
    entry: float = 0.4e-9
    moved: float = 0.8e-9
    transposed: float = 3e-9
    gathered: float = 3e-9
    scattered: float = 4e-9
    prefix: float = 20e-9
    unknown: float = 4e-9
    written: float = 1.2e-9
    kernel: float = 0.4e-6
    step: float = 0.1e-6

    @staticmethod
    def from_profile(
        gemm_fma_per_second: float,
        bytes_per_second: float,
        seconds_per_operation: float,
    ) -> Rates:
        """Rates of a measured machine: products, memory and calls scaled alike."""
        usual = Rates()
        product = 1 / gemm_fma_per_second / usual.gemm
        memory = 8 / bytes_per_second / usual.written
        call = seconds_per_operation / usual.kernel
        factors = {
            "gemm": product,
            "product": product,
            "convolution": product,
            "kernel": call,
            "step": call,
        }
        return Rates(
            **{
                field.name: getattr(usual, field.name) * factors.get(field.name, memory)
                for field in fields(usual)
            }
        )

    def matrix_product(self, rows: int, inner: int, columns: int) -> Price:
        """A dense product of matrices, rows × inner times inner × columns."""
        fma = rows * inner * columns
        rate = self.gemm if min(rows, columns) >= 8 else self.product
        seconds = fma * rate + rows * columns * self.written + self.kernel
        return Price(seconds, fma, 8 * rows * columns)

    def entries(self, count: int, rate: float | None = None) -> Price:
        """Work of one fma an entry that writes what it computes."""
        seconds = count * (self.entry if rate is None else rate)
        return Price(seconds, count, 8 * count)

    def moves(self, count: int, rate: float | None = None) -> Price:
        """The same without arithmetic."""
        seconds = count * (self.moved if rate is None else rate)
        return Price(seconds, 0, 8 * count)


def contraction(
    params: Any, left: tuple[int, ...], right: tuple[int, ...]
) -> tuple[int, int, int, int]:
    """Sizes of a `dot_general`: batch, rows, inner, columns."""
    (left_inner, right_inner), (left_batch, right_batch) = params["dimension_numbers"]
    left_free = [a for a in range(len(left)) if a not in (*left_inner, *left_batch)]
    right_free = [a for a in range(len(right)) if a not in (*right_inner, *right_batch)]
    return (
        math.prod(left[a] for a in left_batch),
        math.prod(left[a] for a in left_free),
        math.prod(left[a] for a in left_inner),
        math.prod(right[a] for a in right_free),
    )


_MOVES = frozenset(
    {
        "slice",
        "pad",
        "concatenate",
        "rev",
        "dynamic_slice",
        "dynamic_update_slice",
        "split",
    }
)
_FREE = frozenset(
    {
        "reshape",
        "squeeze",
        "expand_dims",
        "broadcast_in_dim",
        "convert_element_type",
        "copy",
    }
)
_REDUCTIONS = frozenset(["reduce_sum", "reduce_window_sum", "select_and_gather_add"])
_ELEMENTWISE = frozenset(
    {
        "mul",
        "add",
        "sub",
        "add_any",
        "neg",
        "div",
        "select_n",
        "real",
        "imag",
        "complex",
        "conj",
        "copy_p",
        "reduce_precision",
    }
)


def equation_price(
    program: Program,
    equation: Equation,
    active: Collection[int],
    lanes: int,
    rates: Rates,
) -> Price:
    """One linear equation on `lanes` tangents (or, to first order, adjoints)."""
    outputs = equation.outputs
    out = (
        program.size(outputs[0])
        if len(outputs) == 1
        else (sum(map(program.size, outputs)))
    )
    name, count = equation.name, lanes * out
    if name in _ELEMENTWISE:
        return rates.entries(count)
    if name in _FREE:
        return rates.moves(count, rates.entry / 4)
    if name in _MOVES:
        return rates.moves(count)
    shapes = [program.shape(i) for i in equation.inputs]
    given = sum(program.size(i) for i in equation.inputs if i in active)
    if name == "dot_general":
        batch, rows, inner, columns = contraction(equation.params, *shapes[:2])
        wide = equation.inputs[0] in active
        if batch > 1:
            fma = lanes * batch * rows * inner * columns
            return Price(fma * rates.product + count * rates.written, fma, 8 * count)
        if wide:
            return rates.matrix_product(lanes * rows, inner, columns)
        return rates.matrix_product(rows, inner, columns * lanes)
    if name == "conv_general_dilated":
        kernel = math.prod(shapes[1])
        features = equation.params["dimension_numbers"].rhs_spec[0]
        fma = lanes * out * kernel // max(shapes[1][features], 1)
        return Price(fma * rates.convolution, fma, 8 * count)
    if name == "scan":
        return _scan_price(equation, lanes, rates)
    if name == "transpose":
        return rates.moves(count, rates.transposed)
    if name in _REDUCTIONS:
        return rates.entries(lanes * given, 2 * rates.entry)
    if name.startswith("cum"):
        return rates.entries(count, rates.prefix)
    if name == "gather":
        return rates.moves(count, rates.gathered)
    if name.startswith("scatter"):
        return rates.entries(lanes * program.size(equation.inputs[2]), rates.scattered)
    return Price((count + lanes * given) * rates.unknown, count, 8 * count)


def _scan_price(equation: Equation, lanes: int, rates: Rates) -> Price:
    from .rules_control import program_of

    body = program_of(equation.params["jaxpr"])
    one = program_price(body, body.depending_on(body.inputs), lanes, rates)
    step = one + Price(rates.step * (1 + len(body.equations)))
    return step.times(equation.params["length"])


def program_price(
    program: Program, active: frozenset[int], lanes: int, rates: Rates
) -> Price:
    """All equations on variables of `active`, for `lanes` tangents at once."""
    total = Price()
    for equation in program.equations:
        if not active.isdisjoint(equation.inputs):
            total += equation_price(program, equation, active, lanes, rates)
    return total
