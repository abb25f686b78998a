"""Solving, checking, and what comes out of both."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from functools import cached_property
from html import escape
from typing import Any, NamedTuple

from . import _native
from ._native import ContractionPath


class Question(NamedTuple):
    """What was asked of the library."""

    problem: bytes
    patterns: dict[str, _native.Pattern]
    # Those of a check: limits and the place of files.
    options: bytes


class Kept(NamedTuple):
    """A report as it was laid out."""

    text: str
    html: str


# The widest text, in characters.
_WIDEST = 10_000


class Solved:
    """A problem with its plan: checked, priced, held against the usual orders.

    `solve` and `check` make it. It prints as the text report at the width of the
    terminal, draws itself in notebooks, and pickles; after that, the text has the
    width of 80 characters.
    """

    # The report, laid out before pickling.
    _kept: Kept | None = None

    def __init__(self, question: Question, native: _native.Solved) -> None:
        self._question = question
        self._native = native

    @cached_property
    def _native(self) -> _native.Solved:
        # After unpickling: a check knows steps and prices, not what was proven.
        problem, patterns, options = self._question
        return _native.checked(problem, self._json, options, patterns)

    @cached_property
    def _json(self) -> bytes:
        return self._native.json()

    @cached_property
    def _report(self) -> dict[str, Any]:
        report: dict[str, Any] = json.loads(self._json)
        return report

    @property
    def plan(self) -> dict[str, Any]:
        """The steps of the plan, format ``jacobian-chain-plan/1``.

        ``steps`` in an order in which they can be carried out, each with an ``id``,
        a ``kind`` (given, accumulate, multiply, eliminate) and a price in fma;
        ``targets``, the ids of the results. `check` takes it.
        """
        plan: dict[str, Any] = self.to_dict()["plan"]
        return plan

    @property
    def price(self) -> int:
        """The cost of the plan, in `unit`: the work, or the makespan if asked for."""
        return self._price(self._report["cost"])  # type: ignore[return-value]

    @property
    def unit(self) -> str:
        """What prices count: ``"fma"``, fused multiply-adds (a FLOP is half one)."""
        unit: str = self._report.get("unit", "fma")
        return unit

    @property
    def objective(self) -> str:
        """What the plan was chosen for: ``"fma"``, ``"makespan"`` or ``"time"``."""
        objective: str = self._report["objective"]
        return objective

    @property
    def bound(self) -> int:
        """What no plan goes below, in `unit`; equal to `price` when optimal."""
        return int(self._report["lowerBound"])

    @property
    def status(self) -> str:
        """``"optimal"``, proven; or ``"feasible"``, then see `stop_reason`."""
        status: str = self._report["status"]
        return status

    @property
    def stop_reason(self) -> str | None:
        """Why a search ended without a proof.

        ``"timeLimit"``, ``"nodeLimit"``, ``"gapLimit"``, ``"heuristic"``,
        ``"interrupted"``, or None when it is proven.
        """
        return self._report.get("stopReason")

    @property
    def solver(self) -> str:
        """The name of the solver that found the plan."""
        solver: str = self._report["solver"]
        return solver

    @property
    def reason(self) -> str:
        """Why that solver was chosen."""
        reason: str = self._report["reason"]
        return reason

    @property
    def bracketings(self) -> list[str]:
        """The order of each target, as a product with brackets."""
        report = self._report
        return list(report.get("bracketings") or [report["bracketing"]])

    @property
    def baselines(self) -> dict[str, int | None]:
        """Prices of the usual orders, in `unit`; None where limits forbid one.

        ``"forward"``, ``"reverse"`` and ``"bestSplit"`` of a chain.
        """
        return {
            name: None if cost is None else self._price(cost)
            for name, cost in self._report["baselines"].items()
        }

    @property
    def savings(self) -> dict[str, float | None]:
        """Price of each baseline ÷ price of the plan; None where there is none."""
        return dict(self._report["savings"])

    def to_dict(self) -> dict[str, Any]:
        """Return the report, ``jacobian-chain-report/1``, of plain Python values.

        It is what ``jchain plan --format json`` prints. Integers above 2^53 are
        decimal strings in it.
        """
        report: dict[str, Any] = json.loads(self._json)
        return report

    def path(self, target: int = 0) -> ContractionPath:
        """Return the order as a contraction path, for einsum.

        Parameters
        ----------
        target
            Which target, 0-based.

        Returns
        -------
        list of pairs
            Positions to be contracted next, as opt_einsum and numpy.einsum count
            them: operands as the target names them, **outermost first**; the two are
            taken out, and their product is put at the end.

        Raises
        ------
        ChainError
            For plans that are no bracketing of given or accumulated factors: with
            eliminations, or with products that are used twice.

        Examples
        --------
        >>> import jacobian_chain as jc
        >>> jc.solve([1000, 100, 10, 1]).path()
        [(0, 1), (0, 1)]
        """
        return self._native.path(target)

    def code(self, language: str) -> str:
        """Return the plan as a program that needs nothing of this package.

        Parameters
        ----------
        language
            ``"numpy"``, ``"jax"``, ``"swift"``; or ``"einsum"``: numpy's, with the
            path.

        Returns
        -------
        str
            A module, or a file, with one function, ``jacobian``: given factors
            (m × n) are its arguments, and so are functions that apply the others,
            evaluated as often as the plan says. Three lines of comment at its top
            explain it.

        Raises
        ------
        ChainError
            For another language; for einsum as `path`; when patterns of sparse
            factors take more than 2^18 indices to write down.

        Examples
        --------
        >>> import jacobian_chain as jc
        >>> program = jc.solve([1000, 100, 10, 1]).code("numpy")
        >>> print(program[program.index("def "):], end="")
        def jacobian(
            J1,  # J1, 100 × 1000
            J2,  # J2, 10 × 100
            J3,  # J3, 1 × 10
        ):
            s1 = J3 @ J2  # J3·J2, 1 × 100, 1 000 fma
            s2 = s1 @ J1  # J3·J2·J1, 1 × 1000, 100 000 fma
            del s1
            return s2
        """
        return self._native.code(language)

    def text(self, columns: int | None = None) -> str:
        """Return the report as text.

        Parameters
        ----------
        columns
            Width in characters, at least 60; left out, that of the terminal.
        """
        if self._kept is not None:
            return self._kept.text
        if columns is None:
            columns = shutil.get_terminal_size().columns
        return self._native.text(min(columns, _WIDEST))

    def html(self) -> str:
        """Return the report as one HTML document that needs no other file."""
        return self._native.html() if self._kept is None else self._kept.html

    def _price(self, cost: Mapping[str, Any]) -> int | None:
        if self.objective == "time":
            return round(float(cost["seconds"]) * 1e9)
        price = cost.get(self.objective)
        price = cost["fma"] if price is None else price
        return int(price)

    def __str__(self) -> str:
        return self.text().rstrip("\n")

    def __repr__(self) -> str:
        name = self._report["problem"]["name"]
        savings = ", ".join(
            f"{baseline} {saving:.2f}×"
            for baseline, saving in self.savings.items()
            if saving is not None
        )
        price = f"{self.price:,} {self.unit}".replace(",", "\N{NARROW NO-BREAK SPACE}")
        return f"<Solved {name}: {price}, {self.status}; {savings}>"

    def _repr_html_(self) -> str:
        # A document of its own: its styles stay inside.
        return (
            f'<iframe srcdoc="{escape(self.html())}" title="{escape(repr(self))}" '
            'style="width: 100%; height: 40em; border: 0" '
            'onload="this.style.height = '
            "this.contentDocument.documentElement.scrollHeight + 16 + 'px'\">"
            "</iframe>"
        )

    def __copy__(self) -> Solved:
        return self  # It never changes.

    def __deepcopy__(self, _memo: object) -> Solved:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        kept = Kept(self.text(80), self.html())
        return _restored, (self._question, self._json, kept)


def _restored(question: Question, report: bytes, kept: Kept) -> Solved:
    """Unpickle: the report stands as it was."""
    solved = Solved.__new__(Solved)
    solved.__dict__.update(_question=question, _json=report, _kept=kept)
    return solved
