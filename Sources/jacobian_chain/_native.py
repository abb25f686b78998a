"""libjchain through ctypes: the only file that knows the C ABI.

Problems, plans, options and reports pass as UTF-8 JSON; patterns of sparse factors
pass as index arrays. Calls release the interpreter's lock and may be made from any
number of threads.
"""

from __future__ import annotations

import ctypes
import functools
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from ._version import __version__
from .errors import ChainError

Indices = npt.NDArray[np.int64]
Progress = Callable[[bytes], object]
ContractionPath = list[tuple[int, ...]]

_VARIABLE = "JCHAIN_LIBRARY"
_NAME = "libjchain.dylib" if sys.platform == "darwin" else "libjchain.so"

# The longest side of a pattern.
_LONGEST = 1 << 26


class Pattern(NamedTuple):
    """Where a sparse factor may be nonzero: 0-based coordinates, each named once."""

    rows: int
    columns: int
    row_indices: Indices
    column_indices: Indices


class _Error(ctypes.Structure):
    _fields_ = (
        ("status", ctypes.c_int),
        ("kind", ctypes.c_char_p),
        ("location", ctypes.c_char_p),
        ("expected", ctypes.c_char_p),
        ("found", ctypes.c_char_p),
        ("advice", ctypes.c_char_p),
        ("message", ctypes.c_char_p),
    )


_PROGRESS = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_void_p
)


def _prototypes() -> dict[str, tuple[Any, list[Any]]]:
    """Every function used here: result and arguments, as in ``jchain.h``."""
    from ctypes import POINTER, c_char_p, c_int, c_int64, c_size_t, c_void_p

    text = [c_char_p, c_size_t]
    solved = [_PROGRESS, c_void_p, POINTER(c_void_p)]
    return {
        "jc_version": (c_char_p, []),
        "jc_last_error": (POINTER(_Error), []),
        "jc_patterns_new": (c_void_p, []),
        "jc_patterns_free": (None, [c_void_p]),
        "jc_patterns_add": (
            c_int,
            [c_void_p, c_char_p, c_int64, c_int64, c_int64, c_void_p, c_void_p],
        ),
        "jc_solve": (c_int, [*text, c_void_p, *text, *solved]),
        "jc_check": (c_int, [*text, *text, c_void_p, *text, *solved]),
        "jc_solved_json": (c_void_p, [c_void_p, POINTER(c_size_t)]),
        "jc_solved_text": (c_void_p, [c_void_p, c_int, POINTER(c_size_t)]),
        "jc_solved_html": (c_void_p, [c_void_p, POINTER(c_size_t)]),
        "jc_solved_free": (None, [c_void_p]),
        "jc_solved_code": (
            c_int,
            [c_void_p, c_char_p, POINTER(c_void_p), POINTER(c_size_t)],
        ),
        "jc_solved_path": (
            c_int,
            [c_void_p, c_int64, POINTER(POINTER(c_int64)), POINTER(c_size_t)],
        ),
        "jc_dense_order": (c_int, [c_int64, c_void_p, c_void_p, c_void_p]),
        "jc_dense_path": (c_int, [c_int64, c_void_p, c_void_p, c_void_p]),
        "jc_colours": (
            c_int,
            [c_int64, c_int64, c_int64, c_void_p, c_void_p, c_int, c_void_p, c_void_p],
        ),
    }


@functools.cache
def library() -> ctypes.CDLL:
    """Load libjchain, once.

    Raises
    ------
    ChainError
        ``unsupported`` when there is no library or one of another version.
    """
    named = os.environ.get(_VARIABLE)
    path = Path(named) if named else Path(__file__).with_name(_NAME)
    try:
        loaded = ctypes.CDLL(str(path))
        for name, (result, arguments) in _prototypes().items():
            function = getattr(loaded, name)
            function.restype, function.argtypes = result, arguments
        found = _string(loaded.jc_version())
        if found.split(".")[:2] != __version__.split(".")[:2]:
            raise OSError(f"{path} has the version {found}")
    except (OSError, AttributeError) as error:
        raise ChainError(
            "unsupported",
            _VARIABLE if named else "jacobian_chain",
            f"the library {_NAME} of version {__version__}",
            str(error),
            "install a wheel for this platform, or build the library with Swift "
            f"(make wheel) and set {_VARIABLE} to its path",
        ) from None
    return loaded


def version() -> str:
    """Return the version of the library, such as ``"0.1.0"``."""
    return _string(library().jc_version())


class _Call(threading.local):
    """The progress callback of the call that this thread is in, and what it raised."""

    progress: Progress | None = None
    raised: BaseException | None = None


_call = _Call()


def _on_progress(text: int | None, length: int, _user: int | None) -> int:
    try:
        if _call.progress is not None and text is not None:
            stop = _call.progress(ctypes.string_at(text, length))
            return 1 if stop or _call.raised is not None else 0
    except BaseException as raised:
        _call.raised = raised
    return 0 if _call.raised is None else 1


_callback = _PROGRESS(_on_progress)


class Solved:
    """A solved or checked problem inside the library; freed with this object."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    def __del__(self) -> None:
        library().jc_solved_free(self._handle)

    def json(self) -> bytes:
        """Return the report as UTF-8 JSON, format ``jacobian-chain-report/1``."""
        return self._bytes(library().jc_solved_json)

    def text(self, columns: int) -> str:
        """Return the report as text for a terminal of so many columns."""
        return self._bytes(library().jc_solved_text, columns).decode()

    def html(self) -> str:
        """Return the report as an HTML document of its own."""
        return self._bytes(library().jc_solved_html).decode()

    def code(self, language: str) -> str:
        """Return the plan as a program in a language."""
        text, length = ctypes.c_void_p(), ctypes.c_size_t()
        named = language.encode("utf-8", "replace").replace(b"\0", b"?")
        if library().jc_solved_code(
            self._handle, named, ctypes.byref(text), ctypes.byref(length)
        ):
            raise _last_error()
        return ctypes.string_at(text.value or 0, length.value).decode()

    def path(self, target: int) -> ContractionPath:
        """Return the order of a target as a contraction path of einsum."""
        pairs, count = ctypes.POINTER(ctypes.c_int64)(), ctypes.c_size_t()
        # As with _sizes.
        target = max(-1, min(target, _LONGEST))
        if library().jc_solved_path(
            self._handle, target, ctypes.byref(pairs), ctypes.byref(count)
        ):
            raise _last_error()
        return _paired(pairs[: 2 * count.value] if count.value else [])

    def _bytes(self, function: Callable[..., int | None], *options: int) -> bytes:
        length = ctypes.c_size_t()
        start = function(self._handle, *options, ctypes.byref(length))
        return ctypes.string_at(start or 0, length.value)


def solve(
    problem: bytes,
    options: bytes = b"{}",
    patterns: Mapping[str, Pattern] | None = None,
    progress: Progress | None = None,
) -> bytes:
    """Choose the order of a problem and return the report as JSON.

    Parameters
    ----------
    problem
        JSON, format ``jacobian-chain/1``.
    options
        JSON: the command's options in camelCase (``solver``, ``objective``, …).
    patterns
        Patterns that the problem names by ``{"sparse": {"pattern": NAME}}``.
    progress
        Called with JSON about the search (``share``, ``incumbent``, ``bound``, …),
        at most twenty times a second; a true value ends the search with the best
        plan so far, an exception ends it and passes through.

    Raises
    ------
    ChainError
        With the JSON path of what is refused.
    """
    return solved(problem, options, patterns, progress).json()


def check(
    problem: bytes,
    plan: bytes,
    options: bytes = b"{}",
    patterns: Mapping[str, Pattern] | None = None,
    progress: Progress | None = None,
) -> bytes:
    """Validate and price a plan or a report from anywhere; arguments as in `solve`."""
    return checked(problem, plan, options, patterns, progress).json()


def solved(
    problem: bytes,
    options: bytes = b"{}",
    patterns: Mapping[str, Pattern] | None = None,
    progress: Progress | None = None,
) -> Solved:
    """Choose the order of a problem, as `solve` does, and keep the solved problem."""
    return _report(library().jc_solve, (problem,), options, patterns, progress)


def checked(
    problem: bytes,
    plan: bytes,
    options: bytes = b"{}",
    patterns: Mapping[str, Pattern] | None = None,
    progress: Progress | None = None,
) -> Solved:
    """Check a plan, as `check` does, and keep the checked problem."""
    return _report(library().jc_check, (problem, plan), options, patterns, progress)


def colours(
    rows: int,
    columns: int,
    row_indices: Indices,
    column_indices: Indices,
    side: Literal["rows", "columns"],
) -> Indices:
    """Colour the rows or columns of a pattern so that equal colours never meet.

    Two columns of one colour share no row (rows: no column), so that one seed vector
    serves them all: colour c is seed c. Greedy and deterministic, in time
    O(Σ over rows of (entries of the row)²) for columns, and over columns for rows.

    Parameters
    ----------
    rows, columns
        Shape of the pattern (m × n).
    row_indices, column_indices
        Its coordinates, 0-based.
    side
        ``"columns"`` for tangents (forward mode), ``"rows"`` for adjoints.

    Returns
    -------
    numpy.ndarray
        One colour for each row or column, 0-based, −1 for one without entries; the
        number of seeds is ``colours.max(initial=-1) + 1``.

    Raises
    ------
    ChainError
        For coordinates outside the shape.
    """
    pattern = _checked_pattern("pattern", rows, columns, row_indices, column_indices)
    result = np.empty(rows if side == "rows" else columns, dtype=np.int64)
    status = library().jc_colours(
        rows,
        columns,
        len(pattern.row_indices),
        pattern.row_indices.ctypes.data,
        pattern.column_indices.ctypes.data,
        0 if side == "rows" else 1,
        result.ctypes.data,
        None,
    )
    if status != 0:
        raise _last_error()
    return result


def dense_order(dimensions: Sequence[int]) -> tuple[list[int], int]:
    """Choose the order for a product of given dense matrices; O(q log q).

    Parameters
    ----------
    dimensions
        Interface dimensions, input first: one more than matrices, 1 to 2^40 each.

    Returns
    -------
    products : list of int
        Outer and inner value of each product in turn, 2·(q − 1) numbers. Values
        0 … q − 1 are the matrices, first applied first; product k is value q + k.
    price : int
        In fma; 2^64 − 1 stands for that much or more.

    Raises
    ------
    ChainError
        For a dimension out of range.
    """
    count = len(dimensions) - 1
    products = (ctypes.c_int64 * (2 * count - 2))()
    price = ctypes.c_uint64()
    sizes = _sizes(dimensions)
    if library().jc_dense_order(count, sizes, products, ctypes.byref(price)):
        raise _last_error()
    return products[:], price.value


def dense_path(dimensions: Sequence[int], operands: Sequence[int]) -> ContractionPath:
    """Choose that order as a contraction path of einsum; O(q log q).

    Parameters
    ----------
    dimensions
        As in `dense_order`.
    operands
        Which matrix, 0 … q − 1, stands at each position.

    Returns
    -------
    list of pairs
        Positions among what is left; each product goes to the end.

    Raises
    ------
    ChainError
        For a dimension out of range, and for operands that are no permutation.
    """
    count = len(dimensions) - 1
    pairs = (ctypes.c_int64 * (2 * count - 2))()
    sizes = _sizes(dimensions)
    places = (ctypes.c_int64 * count)(*operands)
    if library().jc_dense_path(count, sizes, places, pairs):
        raise _last_error()
    return _paired(pairs[:])


def _sizes(dimensions: Sequence[int]) -> ctypes.Array[ctypes.c_int64]:
    # ctypes keeps the last bits of what is longer: the library shall refuse it.
    return (ctypes.c_int64 * len(dimensions))(*[min(n, 1 << 62) for n in dimensions])


def _paired(numbers: list[int]) -> ContractionPath:
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def _report(
    function: Callable[..., int],
    documents: tuple[bytes, ...],
    options: bytes,
    patterns: Mapping[str, Pattern] | None,
    progress: Progress | None,
) -> Solved:
    texts = [part for text in documents for part in (text, len(text))]
    handle = ctypes.c_void_p()
    named = _patterns(patterns) if patterns else None
    before = _call.progress, _call.raised
    _call.progress, _call.raised = progress, None
    try:
        with _Interruptible():
            function(
                *texts,
                named,
                options,
                len(options),
                _callback,
                None,
                ctypes.byref(handle),
            )
        raised = _call.raised
    finally:
        _call.progress, _call.raised = before
        if named is not None:
            library().jc_patterns_free(named)
    result = Solved(handle.value) if handle.value is not None else None
    if raised is not None:
        raise raised
    if result is None:
        raise _last_error()
    return result


# The functions below signal's, which spend 20 µs on making enums.
_signals: Any = getattr(signal, "_signal", signal)
_SIGINT = int(signal.SIGINT)


class _Interruptible:
    """Lets Ctrl-C end a search, in the main thread.

    Python runs the handler of a signal as soon as the callback is entered, before
    anything there could catch what it raises; so it is caught in the handler.
    """

    def __enter__(self) -> None:
        self._handler = None
        if threading.current_thread() is threading.main_thread():
            handler = _signals.getsignal(_SIGINT)
            if callable(handler):
                self._handler = handler
                _signals.signal(_SIGINT, self._handle)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        try:
            if self._handler is not None:
                self._handler(number, frame)
        except BaseException as raised:
            _call.raised = raised

    def __exit__(self, *_: object) -> None:
        if self._handler is not None:
            _signals.signal(_SIGINT, self._handler)


def _patterns(patterns: Mapping[str, Pattern]) -> int:
    """Hand patterns over by name; the library copies them."""
    named: int = library().jc_patterns_new()
    try:
        for name, given in patterns.items():
            pattern = _checked_pattern(f"patterns: {name}", *given)
            if library().jc_patterns_add(
                named,
                name.encode(),
                pattern.rows,
                pattern.columns,
                len(pattern.row_indices),
                pattern.row_indices.ctypes.data,
                pattern.column_indices.ctypes.data,
            ):
                error = _last_error()
                error.location = f"patterns: {name}.{error.location}"
                raise error
    except BaseException:
        library().jc_patterns_free(named)
        raise
    return named


def _checked_pattern(
    location: str,
    rows: int,
    columns: int,
    row_indices: npt.ArrayLike,
    column_indices: npt.ArrayLike,
) -> Pattern:
    """Bring coordinates to contiguous 64-bit arrays of one length."""
    for name, extent in (("rows", rows), ("columns", columns)):
        if not 1 <= extent <= _LONGEST:
            raise ChainError(
                "malformed",
                f"{location}.{name}",
                "a whole number from 1 to 2^26",
                str(extent),
                "give the shape of the pattern, at most 2^26 a side",
            )
    lists = [np.asarray(indices) for indices in (row_indices, column_indices)]
    for name, indices in zip(("row_indices", "column_indices"), lists, strict=True):
        if indices.ndim != 1 or (indices.size and indices.dtype.kind not in "iu"):
            raise ChainError(
                "malformed",
                f"{location}.{name}",
                "a one-dimensional array of whole numbers",
                f"{indices.ndim} dimensions of {indices.dtype}",
                "give 0-based coordinates, such as coo_array.row and coo_array.col",
            )
    if len(lists[0]) != len(lists[1]):
        raise ChainError(
            "malformed",
            location,
            "one column index for each row index",
            f"{len(lists[0])} row and {len(lists[1])} column indices",
            "give both coordinates of every entry",
        )
    arrays = [np.ascontiguousarray(indices, dtype=np.int64) for indices in lists]
    return Pattern(int(rows), int(columns), arrays[0], arrays[1])


def _last_error() -> ChainError:
    """Take the last error of this thread out of the library."""
    found = library().jc_last_error()
    if not found:
        return ChainError(
            "unsupported",
            "libjchain",
            "an error with its parts",
            "none",
            "report this, with the problem",
        )
    error = found.contents
    return ChainError(
        *(
            _string(part)
            for part in (
                error.kind,
                error.location,
                error.expected,
                error.found,
                error.advice,
            )
        )
    )


def _string(text: bytes | None) -> str:
    return (text or b"").decode("utf-8", "replace")
