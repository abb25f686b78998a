"""Index sets: for every entry of a value, the columns it may depend on.

Two representations, chosen by size: `Lists` (a few column numbers an entry,
whatever the number of columns) and `Bits` (a bit a column). Both are arrays
(B, *S') with compact axes (see `moves`); every operation returns a superset.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .moves import Shape, concatenate, expanded

Array = np.ndarray[Any, np.dtype[Any]]

#: Longer lists become bits where those are small enough.
LONGEST_SHORT_LIST = 8
#: Longer lists, where bits are too many, become one set for all entries.
LONGEST_LIST = 512


@dataclass(frozen=True, eq=False)
class Sets:
    """One set of columns for every entry of a value of shape S.

    Attributes
    ----------
        array: int32 column numbers, −1 for none (`Lists`), or uint64 words
            (`Bits`); (B, *S') with compact axes.
        columns: n, the number of columns there are.
        unit: every set has at most one column and the derivative by it is 1.
    """

    array: Array
    columns: int
    unit: bool = False

    @property
    def is_bits(self) -> bool:
        return self.array.dtype == np.uint64

    @property
    def is_everything(self) -> bool:
        """Whether all entries have, by one compact set, every column."""
        if not self.is_bits:
            if not self.array.size == self.columns == self.array.shape[0]:
                return False
            named = np.sort(self.array, axis=None)
            return bool((named == np.arange(self.columns)).all())
        if self.array.size != max(self.words, 1):
            return False
        *full, rest = self.array.reshape(-1).tolist()
        return rest == (1 << (self.columns - 64 * len(full))) - 1 and all(
            word == (1 << 64) - 1 for word in full
        )

    @property
    def words(self) -> int:
        return -(-self.columns // 64)

    def with_array(self, array: Array, unit: bool = False) -> Sets:
        return Sets(array, self.columns, unit)

    def moved(self, move: Callable[[Array, int], Array]) -> Sets:
        """Entries moved, 1s staying 1s; `move` gets the array and its fill."""
        fill = 0 if self.is_bits else -1
        return self.with_array(move(self.array, fill), self.unit)

    def as_bits(self) -> Sets:
        if self.is_bits:
            return self
        shape = self.array.shape[1:]
        bits = np.zeros((self.words, *shape), dtype=np.uint64)
        flat = bits.reshape(self.words, -1)
        for layer in self.array.reshape(self.array.shape[0], -1):
            (there,) = np.nonzero(layer >= 0)
            column = layer[there]
            flat[column >> 6, there] |= np.uint64(1) << (column & 63).astype(np.uint64)
        return self.with_array(bits)

    def everything(self, rank: int) -> Sets:
        """The union of all sets, for every entry of a value of some rank."""
        if self.array.size == 0:
            return empty(rank, self.columns)
        bits = self._all_columns()
        return self.with_array(bits.reshape((-1,) + (1,) * rank))

    def _all_columns(self) -> Array:
        if self.is_bits:
            axes = tuple(range(1, self.array.ndim))
            return np.bitwise_or.reduce(self.array, axis=axes)
        seen = np.zeros(self.words * 64, dtype=bool)
        seen[self.array[self.array >= 0]] = True
        packed = np.packbits(seen, bitorder="little")
        return packed.view(np.uint64)

    def any_over(self, axes: Sequence[int], limit: int) -> Sets:
        """The union along some axes, which become compact (length 1)."""
        long = tuple(a + 1 for a in axes if self.array.shape[a + 1] > 1)
        if 0 in self.array.shape:
            return empty(self.array.ndim - 1, self.columns)
        if not long:
            return self.with_array(self.array)
        if not self.is_bits:
            rest = [a for a in range(1, self.array.ndim) if a not in long]
            moved = self.array.transpose([*long, 0, *rest])
            kept = [
                1 if a in long else self.array.shape[a]
                for a in range(1, self.array.ndim)
            ]
            layers = int(np.prod(moved.shape[: len(long) + 1], dtype=np.int64))
            if layers <= LONGEST_SHORT_LIST or not rest or all(k == 1 for k in kept):
                if layers > LONGEST_SHORT_LIST:
                    return self.everything(self.array.ndim - 1)
                return settled(self.with_array(moved.reshape([layers, *kept])), limit)
            if self.words * self.array[0].size > limit:
                if layers <= LONGEST_LIST:
                    return settled(
                        self.with_array(moved.reshape([layers, *kept])), limit
                    )
                return self.everything(self.array.ndim - 1)
        bits = self.as_bits()
        return self.with_array(
            np.bitwise_or.reduce(bits.array, axis=long, keepdims=True)
        )


def seeds(sizes: Sequence[tuple[int, Shape]]) -> list[Sets]:
    """The sets of the inputs themselves, columns numbered through."""
    columns = sum(size for size, _ in sizes)
    result, offset = [], 0
    for size, shape in sizes:
        numbers = np.arange(offset, offset + size, dtype=np.int32)
        result.append(Sets(numbers.reshape((1, *shape)), columns, unit=True))
        offset += size
    return result


def empty(rank: int, columns: int) -> Sets:
    """No columns for any entry."""
    return Sets(np.full((1,) + (1,) * rank, -1, dtype=np.int32), columns, unit=True)


def united(parts: Sequence[Sets], limit: int) -> Sets:
    """The unions entry by entry; shapes broadcast."""
    if len(parts) == 1:
        return parts[0].with_array(parts[0].array)
    rank = max(part.array.ndim for part in parts)
    for part in parts:
        if part.array.ndim == rank and part.is_everything:
            return part.with_array(part.array)
    shape = np.broadcast_shapes(*(part.array.shape[1:] for part in parts))
    if not any(part.is_bits for part in parts):
        different = [parts[0].array]
        for part in parts[1:]:
            if not any(_same(part.array, other) for other in different):
                different.append(part.array)
        if len(different) == 1:
            return parts[0].with_array(different[0])
        laid = [np.broadcast_to(a, (a.shape[0], *shape)) for a in different]
        return settled(parts[0].with_array(np.concatenate(laid)), limit)
    size = int(np.prod(shape, dtype=np.int64))
    if parts[0].words * size > limit:
        return parts[0].with_array(
            np.bitwise_or.reduce([part._all_columns() for part in parts]).reshape(
                (-1,) + (1,) * len(shape)
            )
        )
    result = parts[0].as_bits().array
    for part in parts[1:]:
        result = result | part.as_bits().array
    return parts[0].with_array(result)


def stacked(parts: Sequence[Sets], shapes: Sequence[Shape], axis: int) -> Sets:
    """Concatenation along an axis."""
    unit = all(part.unit for part in parts)
    if any(part.is_bits for part in parts):
        arrays = [part.as_bits().array for part in parts]
    else:
        longest = max(part.array.shape[0] for part in parts)
        arrays = [longer(part.array, longest) for part in parts]
    return parts[0].with_array(concatenate(arrays, shapes, axis), unit)


def longer(lists: Array, length: int) -> Array:
    """The same lists with room for `length` columns."""
    missing = length - lists.shape[0]
    if not missing:
        return lists
    none = np.full((missing, *lists.shape[1:]), -1, dtype=lists.dtype)
    return np.concatenate([lists, none])


def settled(sets: Sets, limit: int) -> Sets:
    """Lists without doubles, as bits where that is smaller."""
    array = sets.array
    if array.shape[0] > 1:
        array = _without_doubles(array)
    length, size = array.shape[0], int(np.prod(array.shape[1:], dtype=np.int64))
    result = sets.with_array(array)
    shorter = length > LONGEST_SHORT_LIST and 2 * length > sets.words
    if shorter and sets.words * size <= limit:
        return result.as_bits()
    if length > LONGEST_LIST or length * size > limit:
        return result.everything(array.ndim - 1)
    return result


def _without_doubles(lists: Array) -> Array:
    ordered = np.sort(lists, axis=0)
    double = ordered[1:] == ordered[:-1]
    if not double.any():
        return lists
    ordered[1:][double] = -1
    ordered = np.sort(ordered, axis=0)
    used = (ordered >= 0).any(axis=tuple(range(1, ordered.ndim)))
    first = int(np.argmax(used)) if used.any() else ordered.shape[0] - 1
    return ordered[first:]


def _same(a: Array, b: Array) -> bool:
    return a is b or (a.shape == b.shape and np.array_equal(a, b))


def coordinates(sets: Sets, shape: Shape) -> tuple[Array, Array]:
    """Rows and columns of all entries, in no particular order, none twice."""
    if sets.is_bits:
        full = expanded(sets.array, shape).reshape(sets.words, math.prod(shape))
        octets = np.ascontiguousarray(full.T).view(np.uint8)
        flags = np.unpackbits(octets, axis=1, bitorder="little")
        rows, columns = np.nonzero(flags[:, : sets.columns])
        return rows.astype(np.int64), columns.astype(np.int64)
    lists = _without_doubles(sets.array) if sets.array.shape[0] > 1 else sets.array
    flat = expanded(lists, shape).reshape(lists.shape[0], math.prod(shape))
    layers, rows = np.nonzero(flat >= 0)
    return rows.astype(np.int64), flat[layers, rows].astype(np.int64)


def count(sets: Sets, shape: Shape) -> int:
    """The number of entries; an upper bound where lists hold doubles."""
    size = int(np.prod(shape, dtype=np.int64))
    own = int(np.prod(sets.array.shape[1:], dtype=np.int64))
    if not own:
        return 0
    if sets.is_bits:
        there = int(
            np.unpackbits(np.ascontiguousarray(sets.array).view(np.uint8)).sum()
        )
    else:
        there = int((sets.array >= 0).sum())
    return there * (size // own)
