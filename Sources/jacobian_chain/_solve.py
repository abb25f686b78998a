"""The two questions: which order is cheapest, and what does this one cost."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from . import _native
from ._problem import Problem, dumped, encoded
from ._solved import Question, Solved
from .errors import ChainError

ProblemLike: TypeAlias = (
    Problem | Mapping[str, Any] | str | os.PathLike[str] | Iterable[int]
)
Progress: TypeAlias = Callable[[dict[str, Any]], object]


def solve(
    problem: ProblemLike,
    *,
    solver: str = "auto",
    objective: str = "fma",
    machines: int | None = None,
    tape_limit: int | None = None,
    time_limit: float | None = None,
    node_limit: int | None = None,
    gap: float | None = None,
    allow_outside_files: bool = False,
    progress: Progress | None = None,
) -> Solved:
    """Choose the cheapest order of multiplication for a product of Jacobians.

    No numbers are multiplied. The plan is checked, priced, and held against forward
    mode, reverse mode and the best single split.

    Parameters
    ----------
    problem
        A `Problem`; a dict in the format of problem files; the path of such a file;
        or the dimensions of a dense chain, input first.
    solver
        ``"auto"``, or the name of one; the error about an unknown one lists them.
    objective
        ``"fma"``: least work, in fused multiply-adds; ``"makespan"``: soonest done
        on `machines`, or on any number of them; ``"time"``: fewest nanoseconds on one
        core, as a built-in profile predicts them.
    machines
        How many steps may run side by side, in place of the problem's limit.
    tape_limit
        Most memory units that one adjoint may tape, in place of the problem's.
    time_limit
        Seconds after which a search ends with the best plan so far.
    node_limit
        Most nodes of a search, from 1.
    gap
        Percent, 0 to below 100: a plan proven to be that close to the best will do.
    allow_outside_files
        Let a problem file name pattern files outside its folder.
    progress
        Called during a search, at most twenty times a second, with a dict of what is
        known: ``share`` done, ``incumbent`` price, ``bound``, ``gap``, ``explored``.
        A true result ends the search with the best plan so far; an exception, Ctrl-C
        among them, ends it and passes through.

    Returns
    -------
    Solved
        Print it for the report; ``.plan`` has the steps, ``.price`` their cost.

    Raises
    ------
    ChainError
        For what the format refuses, with its JSON path; for limits that no plan can
        keep; when a limit is reached before there is any plan.

    Examples
    --------
    >>> import jacobian_chain as jc
    >>> solved = jc.solve([600, 60, 40, 10, 40, 60, 600])
    >>> solved.price, solved.status, solved.bracketings
    (4368000, 'optimal', ['(J6·(J5·J4))·((J3·J2)·J1)'])
    >>> round(solved.savings["reverse"], 2)
    5.71
    """
    document, patterns, file = _read(problem)
    limits = _options(
        machines=machines,
        tapeLimit=tape_limit,
        timeLimit=time_limit,
        allowOutsideFiles=allow_outside_files or None,
        file=file,
    )
    search = _options(
        solver=None if solver == "auto" else solver,
        objective=None if objective == "fma" else objective,
        nodeLimit=node_limit,
        gap=gap,
    )
    native = _native.solved(
        document, dumped({**limits, **search}, "options"), patterns, _told(progress)
    )
    return Solved(Question(document, patterns, dumped(limits, "options")), native)


def check(
    problem: ProblemLike,
    plan: Solved | Mapping[str, Any] | str | os.PathLike[str],
    *,
    machines: int | None = None,
    tape_limit: int | None = None,
    time_limit: float | None = None,
    allow_outside_files: bool = False,
    progress: Progress | None = None,
) -> Solved:
    """Validate and price a plan from anywhere, without a solver.

    Parameters
    ----------
    problem
        As in `solve`.
    plan
        What `solve` returned; a plan or a report as a dict; or the path of such a
        file. The claims of a report (prices, bound, baselines, savings, schedule)
        are compared with what is computed again.
    machines, tape_limit, time_limit, allow_outside_files, progress
        As in `solve`.

    Returns
    -------
    Solved
        With the status ``"feasible"``, or ``"optimal"`` where the plan reaches a
        bound that needs no search.

    Raises
    ------
    ChainError
        ``invalidPlan`` when the plan doesn't compute what the problem wants,
        ``disagreement`` when a claim is wrong, and as `solve`.

    Examples
    --------
    >>> import jacobian_chain as jc
    >>> problem = jc.Problem.dense([1000, 100, 10, 1])
    >>> plan = jc.solve(problem).plan
    >>> jc.check(problem, plan).price
    101000
    """
    document, patterns, file = _read(problem)
    options = dumped(
        _options(
            machines=machines,
            tapeLimit=tape_limit,
            timeLimit=time_limit,
            allowOutsideFiles=allow_outside_files or None,
            file=file,
        ),
        "options",
    )
    if isinstance(plan, Solved):
        written = dumped(plan.to_dict(), "plan")
    elif isinstance(plan, Mapping):
        written = dumped(plan, "plan")
    elif isinstance(plan, str | os.PathLike):
        written = _contents(plan)
    else:
        raise ChainError(
            "malformed",
            "plan",
            "what solve returned, a dict or a path",
            type(plan).__name__,
            "see help(jacobian_chain.check)",
        )
    native = _native.checked(document, written, options, patterns, _told(progress))
    return Solved(Question(document, patterns, options), native)


def _options(**given: Any) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value is not None}


def _read(
    problem: ProblemLike,
) -> tuple[bytes, dict[str, _native.Pattern], str | None]:
    """Return the problem as JSON, its arrays, and the file that it came from."""
    if isinstance(problem, Problem | Mapping):
        return *encoded(problem), None
    if isinstance(problem, str | os.PathLike):
        return _contents(problem), {}, os.fspath(problem)
    listed = isinstance(problem, Sequence | Iterator | np.ndarray)
    if listed and not isinstance(problem, bytes | bytearray | memoryview):
        return *encoded(Problem.dense(problem)), None
    raise ChainError(
        "malformed",
        "problem",
        "a Problem, a dict, a path or dimensions",
        type(problem).__name__,
        "see help(jacobian_chain.solve)",
    )


def _contents(path: str | os.PathLike[str]) -> bytes:
    try:
        return Path(path).read_bytes()
    except (OSError, ValueError) as error:
        raise ChainError(
            "missingFile",
            os.fspath(path) or '""',
            "a file that can be read",
            getattr(error, "strerror", None) or str(error),
            "correct the path; hand JSON over as a dict, not as text",
        ) from None


def _told(progress: Progress | None) -> _native.Progress | None:
    return None if progress is None else lambda text: progress(json.loads(text))
