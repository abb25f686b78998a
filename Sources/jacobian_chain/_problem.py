"""Problems: factors, what is wanted of them, and their way into JSON."""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from ._native import Pattern
from ._structure import is_sparse, pattern_of, recognised
from .errors import ChainError

FORMAT = "jacobian-chain/1"

# Attribute → key of the format, where they differ.
_KEYS = {"matrix_free": "matrixFree"}


@dataclass(frozen=True, kw_only=True)
class _Record:
    """A dataclass that is an object of the format, absent keys left out."""

    def _members(self) -> dict[str, Any]:
        return {
            _KEYS.get(name, name): value
            for name, value in vars(self).items()
            if value is not None
        }


@dataclass(frozen=True)
class Factor(_Record):
    """One Jacobian J of a composed function, rows × columns (m × n).

    It has its entries, or tangents (J·v), or adjoints (v·J), or any mix.

    Parameters
    ----------
    rows, columns
        The shape, from 1 to 2^40 each: outputs × inputs.
    structure
        Where the nonzeros are, spelled as in problem files: ``"dense"``,
        ``"diagonal"``, ``"identity"``, ``{"banded": {"lower": 1, "upper": 1}}``,
        ``{"blockDiagonal": {"count": 8, "rows": 4, "columns": 4}}``,
        ``{"selection": [5, 17, 2000]}`` (the column of the one 1 of each row),
        ``{"sparse": {"rowIndices": i, "columnIndices": j}}`` (0-based; lists or
        index arrays), or a scipy.sparse matrix, whose stored entries are the pattern.
    name
        What reports and targets call it; ``"J1"``, ``"J2"``, … by position
        otherwise.
    tangent, adjoint
        Fused multiply-adds of one tangent product J·v (forward mode) or one adjoint
        product v·J (reverse mode), where the factor can be applied that way.
    tape
        Memory units that one adjoint needs.
    given
        Whether the entries are at hand and cost nothing; by default they are when
        there is neither ``tangent`` nor ``adjoint``.
    data
        File with the entries, for the command ``jchain run``.

    Examples
    --------
    >>> import jacobian_chain as jc
    >>> jc.Factor(2048, 2048, {"banded": {"lower": 1, "upper": 1}}, "step").rows
    2048
    """

    rows: int
    columns: int
    structure: Any = None
    name: str | None = None
    tangent: int | None = None
    adjoint: int | None = None
    tape: int | None = None
    given: bool | None = None
    data: str | None = None

    def __post_init__(self) -> None:
        # One spelling of scipy.sparse patterns.
        if isinstance(self.structure, Mapping):
            content = self.structure.get("sparse")
            if is_sparse(content):
                object.__setattr__(self, "structure", content)

    @classmethod
    def of(cls, matrix: Any, name: str | None = None) -> Factor:
        """Describe a matrix that is at hand: its shape and structure.

        Parameters
        ----------
        matrix
            A numpy array (dense, whatever its entries), or a scipy.sparse matrix:
            identity, diagonal, banded, block diagonal, selection, or else the
            pattern of its stored entries. O(entries).
        name
            As above.

        Examples
        --------
        >>> import scipy.sparse
        >>> import jacobian_chain as jc
        >>> jc.Factor.of(scipy.sparse.eye_array(7)).structure
        'identity'
        """
        rows, columns = matrix.shape
        return cls(rows, columns, recognised(matrix), name)

    def to_dict(self) -> dict[str, Any]:
        """Return the factor as in problem files, of plain Python values."""
        factor: dict[str, Any] = _plain_document(self._members())
        return factor


@dataclass(frozen=True)
class Problem(_Record):
    """A chain of Jacobians, F = F_q ∘ … ∘ F_1, and which products of it are wanted.

    Parameters
    ----------
    factors
        `Factor` values or dicts with their keys, **first applied first**; the
        product is J_q ⋯ J_1.
    targets
        Words of factor names, outermost first as in mathematics, such as
        ``[["J3", "J2", "J1"], ["J3", "W2"]]``; names may repeat. Left out: the whole
        chain. With targets, the factors are an alphabet: neighbours must agree in
        the words only.
    name, source
        What reports call the problem, and where it comes from.
    matrix_free
        Whether factors may be applied to accumulated products instead of being
        accumulated first. Default true.
    limits
        As in problem files: ``tapePerStep``, ``tapeTotal`` (memory units),
        ``machines`` and ``memory`` (bytes); what is left out is unlimited.
    patterns
        Patterns by name, for factors with the structure
        ``{"sparse": {"pattern": NAME}}``: scipy.sparse matrices, index arrays, or
        ``{"file": "mesh.mtx"}``.
    known
        The proven or published optimum, as in problem files.
    graph
        A computational graph instead of a chain, as in problem files: ``vertices``,
        ``edges`` and ``wanted`` blocks. `factors` are those that edges name, often
        none.

    Examples
    --------
    >>> import jacobian_chain as jc
    >>> problem = jc.Problem([jc.Factor(10, 600), jc.Factor(600, 10)])
    >>> jc.solve(problem).price
    3600000
    """

    factors: Sequence[Factor | Mapping[str, Any]]
    targets: Sequence[Sequence[str]] | None = None
    name: str | None = None
    source: str | None = None
    matrix_free: bool | None = None
    limits: Mapping[str, int] | None = None
    patterns: Mapping[str, Any] | None = None
    known: Mapping[str, Any] | None = None
    graph: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        # Iterators would be gone after the first solve.
        if isinstance(self.factors, Iterator):
            object.__setattr__(self, "factors", list(self.factors))

    @classmethod
    def dense(cls, dimensions: Iterable[int], name: str | None = None) -> Problem:
        """Make the chain of given dense Jacobians between these dimensions.

        Parameters
        ----------
        dimensions
            Interface dimensions n_1, …, n_{q+1}, **input first**: factor i is
            n_{i+1} × n_i.
        name
            What reports call the chain.

        Raises
        ------
        ChainError
            For fewer than two dimensions, and for one that isn't a whole number
            from 1 to 2^40.

        Examples
        --------
        >>> import jacobian_chain as jc
        >>> jc.solve(jc.Problem.dense([1000, 100, 10, 1])).price
        101000
        """
        sizes = list(dimensions)
        if len(sizes) < 2:
            raise ChainError(
                "malformed", "dimensions", "at least two dimensions", f"{len(sizes)}",
                "give the interface dimensions, input first: one more than factors",
            )  # fmt: skip
        for index, size in enumerate(sizes):
            whole = isinstance(size, int | np.integer) and not isinstance(size, bool)
            if not (whole and 1 <= size <= 1 << 40):
                raise ChainError(
                    "malformed", f"dimensions[{index}]",
                    "a whole number from 1 to 2^40", repr(size),
                    "correct the dimension",
                )  # fmt: skip
        factors = [
            Factor(rows=int(rows), columns=int(columns))
            for columns, rows in itertools.pairwise(sizes)
        ]
        return cls(factors, name=name or "-".join(str(size) for size in sizes))

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> Problem:
        """Make a problem of a dict in the format of problem files.

        Raises
        ------
        ChainError
            For keys that a chain doesn't have. `solve` checks the rest, and takes
            dicts as they are, too.
        """
        members = _checked_keys(cls, document, "problem: ", also="format")
        listed = members.pop("factors", ())
        if isinstance(listed, list | tuple):
            listed = [_factor(given, index) for index, given in enumerate(listed)]
        return cls(listed, **members)

    def to_dict(self) -> dict[str, Any]:
        """Return the problem as in problem files, of plain Python values."""
        document: dict[str, Any] = _plain_document(self._document())
        return document

    def _document(self) -> dict[str, Any]:
        members = self._members()
        if isinstance(self.factors, list | tuple):
            members["factors"] = [
                factor._members() if isinstance(factor, Factor) else factor
                for factor in self.factors
            ]
            if self.graph is not None and not members["factors"]:
                del members["factors"]
        return {"format": FORMAT, **members}


def _factor(given: Any, index: int) -> Any:
    """Make a factor of a dict that has its shape; the library refuses others."""
    if not isinstance(given, Mapping) or not {"rows", "columns"} <= given.keys():
        return given
    return Factor(**_checked_keys(Factor, given, f"problem: /factors/{index}"))


def _checked_keys(
    kind: type[_Record], members: Mapping[str, Any], place: str, also: str = ""
) -> dict[str, Any]:
    """Keys of the format to attributes, refusing others."""
    attributes = {_KEYS.get(part.name, part.name): part.name for part in fields(kind)}
    for key in members:
        if key not in attributes and key != also:
            raise ChainError(
                "malformed", f"{place}/{key}", f"a key of {kind.__name__}", repr(key),
                f"the keys are {', '.join(attributes)}",
            )  # fmt: skip
    return {attributes[key]: value for key, value in members.items() if key != also}


def encoded(problem: Any) -> tuple[bytes, dict[str, Pattern]]:
    """Write a problem or a dict as JSON, its index arrays beside it.

    Raises
    ------
    ChainError
        For values that JSON has no word for.
    """
    document = problem._document() if isinstance(problem, Problem) else dict(problem)
    patterns: dict[str, Pattern] = {}
    named = document.get("patterns")
    if isinstance(named, Mapping):
        document["patterns"] = _files(named, patterns)
    factors = document.get("factors")
    if isinstance(factors, list | tuple):
        document["factors"] = _named(factors, patterns)
    return dumped(document, "problem"), patterns


def _files(named: Mapping[str, Any], patterns: dict[str, Pattern]) -> dict[str, Any]:
    """Leave only files among named patterns; arrays go beside the document."""
    files = {}
    for name, given in named.items():
        pattern = given if isinstance(given, Pattern) else pattern_of(given)
        if pattern is None:
            files[name] = given
        else:
            patterns[name] = pattern
    return files


def _named(factors: Sequence[Any], patterns: dict[str, Pattern]) -> list[Any]:
    """Put names in the place of patterns that are arrays; equal ones once."""
    names: dict[int, str] = {}
    result = list(factors)
    for index, factor in enumerate(factors):
        members = factor._members() if isinstance(factor, Factor) else factor
        result[index] = members
        # A dict is told faster than what registers as a mapping.
        if not isinstance(members, (dict, Mapping)):
            continue
        structure = members.get("structure")
        if structure is None or isinstance(structure, str):
            continue
        if (name := names.get(id(structure))) is None:
            pattern = pattern_of(structure, members.get("rows"), members.get("columns"))
            if pattern is None:
                continue
            name = names[id(structure)] = f"/factors/{index}/structure"
            patterns[name] = pattern
        result[index] = {**members, "structure": {"sparse": {"pattern": name}}}
    return result


def dumped(document: Any, what: str) -> bytes:
    """Write plain values, numpy's scalars and arrays, and paths as JSON."""
    if not document:
        return b"{}"
    try:
        return _ENCODER.encode(document).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise ChainError(
            "malformed", what, "values that JSON has words for", str(error),
            "use dicts, lists, strings, numbers, bools and None",
        ) from None  # fmt: skip


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, Factor):
        return value._members()
    pattern = pattern_of(value)
    if pattern is not None:
        return {
            "sparse": {
                "rowIndices": pattern.row_indices.tolist(),
                "columnIndices": pattern.column_indices.tolist(),
            }
        }
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"a value of type {type(value).__name__}")


_ENCODER = json.JSONEncoder(default=_plain, allow_nan=False)


def _plain_document(document: Any) -> Any:
    return json.loads(dumped(document, "problem"))
