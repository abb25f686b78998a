"""Primitives that only move entries, on NumPy arrays.

An array here is (B, *S'): a batch of B layers over a value of shape S in which
an axis may be 1 long where S says more: all entries along it are equal then
(*compact* axes). Layers hold index sets; what comes from nowhere (padding) is
`fill`. Elementwise functions keep compactness by broadcasting alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
Shape = tuple[int, ...]


def expanded(array: Array, shape: Shape, axes: Sequence[int] | None = None) -> Array:
    """The array with the given axes (default: all) at their full length."""
    wanted = range(len(shape)) if axes is None else axes
    full = list(array.shape)
    for axis in wanted:
        full[axis + 1] = shape[axis]
    return np.broadcast_to(array, full)


def compact(array: Array) -> Array:
    """The array with its broadcast (stride 0) axes 1 long again."""
    index = tuple(
        slice(0, 1) if axis and step == 0 and size > 1 else slice(None)
        for axis, (step, size) in enumerate(
            zip(array.strides, array.shape, strict=True)
        )
    )
    return array[index]


def reshape(array: Array, old: Shape, new: Shape) -> Array:
    """Groups of axes with equal products keep their compactness."""
    batch = array.shape[0]
    if all(size == 1 for size in array.shape[1:]):
        return array.reshape((batch,) + (1,) * len(new))
    if 0 in old:
        return np.broadcast_to(array, (batch, *old)).reshape((batch, *new))
    target: list[int] = []
    source: list[int] = []
    for olds, news in _groups(old, new):
        lengths = [array.shape[axis + 1] for axis in olds]
        if all(length == 1 for length in lengths):
            source += lengths
            target += [1] * len(news)
        else:
            source += [old[axis] for axis in olds]
            target += [new[axis] for axis in news]
    return np.broadcast_to(array, [batch, *source]).reshape([batch, *target])


def _groups(old: Shape, new: Shape) -> list[tuple[list[int], list[int]]]:
    """Runs of axes of both shapes, shortest first, with equal products."""
    result: list[tuple[list[int], list[int]]] = []
    i = j = 0
    while i < len(old) or j < len(new):
        olds: list[int] = []
        news: list[int] = []
        left = right = 1
        while not (olds or news) or left != right:
            if (left <= right and i < len(old)) or j == len(new):
                olds.append(i)
                left *= old[i]
                i += 1
            else:
                news.append(j)
                right *= new[j]
                j += 1
        result.append((olds, news))
    return result


def transpose(array: Array, permutation: Sequence[int]) -> Array:
    return array.transpose([0, *(p + 1 for p in permutation)])


def broadcast(array: Array, rank: int, places: Sequence[int]) -> Array:
    """`broadcast_in_dim`: the new axes stay compact."""
    laid = [array.shape[0]] + [1] * rank
    for place, size in zip(places, array.shape[1:], strict=True):
        laid[place + 1] = size
    return array.reshape(laid)


def window(
    array: Array,
    shape: Shape,
    starts: Sequence[int],
    sizes: Sequence[int],
    strides: Sequence[int] | None = None,
) -> Array:
    """`slice`: `sizes` entries from `starts`, compact axes left alone."""
    index: list[slice] = [slice(None)]
    for axis, (start, size) in enumerate(zip(starts, sizes, strict=True)):
        step = 1 if strides is None else strides[axis]
        if array.shape[axis + 1] == 1:
            index.append(slice(None) if size else slice(0, 0))
        else:
            index.append(
                slice(start, start + (size - 1) * step + 1 if size else start, step)
            )
    return array[tuple(index)]


def reverse(array: Array, axes: Sequence[int]) -> Array:
    return np.flip(array, tuple(axis + 1 for axis in axes))


def pad(
    array: Array, shape: Shape, config: Sequence[tuple[int, int, int]], fill: int
) -> Array:
    """`pad` with low, high (either may be negative) and interior padding."""
    touched = [axis for axis, part in enumerate(config) if tuple(part) != (0, 0, 0)]
    result = expanded(array, shape, touched)
    for axis in touched:
        low, high, interior = config[axis]
        size = shape[axis]
        spread = size + max(size - 1, 0) * interior
        length = max(spread + low + high, 0)
        places = np.arange(size) * (interior + 1) + low
        inside = (places >= 0) & (places < length)
        laid = np.full(
            (*result.shape[: axis + 1], length, *result.shape[axis + 2 :]),
            fill,
            dtype=result.dtype,
        )
        np.moveaxis(laid, axis + 1, 0)[places[inside]] = np.moveaxis(
            result, axis + 1, 0
        )[inside]
        result = laid
    return result


def concatenate(arrays: Sequence[Array], shapes: Sequence[Shape], axis: int) -> Array:
    """Arrays of equal B, one after the other along an axis of S."""
    parts = [
        expanded(array, shape, [axis])
        for array, shape in zip(arrays, shapes, strict=True)
    ]
    common = [
        max(part.shape[place] for part in parts) for place in range(parts[0].ndim)
    ]
    laid = []
    for part in parts:
        common[axis + 1] = part.shape[axis + 1]
        laid.append(np.broadcast_to(part, common))
    return np.concatenate(laid, axis=axis + 1)


def take(array: Array, shape: Shape, positions: Array, fill: int) -> Array:
    """Entries at flat positions of S; −1 takes `fill`."""
    flat = expanded(array, shape).reshape(array.shape[0], math.prod(shape))
    if flat.shape[1] == 0:
        return np.full((array.shape[0], *positions.shape), fill, dtype=array.dtype)
    taken = flat[:, np.maximum(positions, 0)]
    if (positions < 0).any():
        taken = np.where(positions < 0, np.asarray(fill, dtype=array.dtype), taken)
    return taken


def gather_positions(
    params: Mapping[str, Any], shape: Shape, indices: Array, out: Shape
) -> Array:
    """The flat operand position of every output entry; −1: filled in."""
    numbers = params["dimension_numbers"]
    sizes = params["slice_sizes"]
    inner = set(numbers.collapsed_slice_dims) | set(numbers.operand_batching_dims)
    kept = [axis for axis in range(len(shape)) if axis not in inner]
    fill = "FILL" in str(params["mode"]).upper()
    return _positions(
        shape,
        indices,
        out,
        tuple(numbers.offset_dims),
        kept,
        tuple(numbers.start_index_map),
        tuple(numbers.operand_batching_dims),
        tuple(numbers.start_indices_batching_dims),
        sizes,
        drop=fill,
    )


def scatter_positions(
    params: Mapping[str, Any], shape: Shape, indices: Array, updates: Shape
) -> Array:
    """The flat operand position that every update entry goes to; −1: dropped."""
    numbers = params["dimension_numbers"]
    inner = set(numbers.inserted_window_dims) | set(numbers.operand_batching_dims)
    kept = [axis for axis in range(len(shape)) if axis not in inner]
    sizes = [1] * len(shape)
    for axis, place in zip(kept, numbers.update_window_dims, strict=True):
        sizes[axis] = updates[place]
    clip = "CLIP" in str(params["mode"]).upper()
    return _positions(
        shape,
        indices,
        updates,
        tuple(numbers.update_window_dims),
        kept,
        tuple(numbers.scatter_dims_to_operand_dims),
        tuple(numbers.operand_batching_dims),
        tuple(numbers.scatter_indices_batching_dims),
        sizes,
        drop=not clip,
    )


def _positions(
    shape: Shape,
    indices: Array,
    out: Shape,
    offsets: Shape,
    kept: Sequence[int],
    mapped: Shape,
    batching: Shape,
    index_batching: Shape,
    sizes: Sequence[int],
    *,
    drop: bool,
) -> Array:
    batch = [axis for axis in range(len(out)) if axis not in offsets]
    starts = np.zeros((*indices.shape[:-1], len(shape)), dtype=np.int64)
    for place, axis in enumerate(mapped):
        starts[..., axis] = indices[..., place]
    last = np.asarray(shape) - np.asarray(sizes)
    lost = ((starts < 0) | (starts > last)).any(axis=-1)
    starts = np.clip(starts, 0, np.maximum(last, 0))
    for axis, place in zip(batching, index_batching, strict=True):
        along = np.arange(shape[axis])
        laid = [1] * (indices.ndim - 1)
        laid[place] = -1
        starts[..., axis] = along.reshape(laid)
    laid_batch = [1] * len(out)
    for place, axis in enumerate(batch):
        laid_batch[axis] = indices.shape[place]
    strides = np.ones(len(shape), dtype=np.int64)
    for axis in range(len(shape) - 2, -1, -1):
        strides[axis] = strides[axis + 1] * shape[axis + 1]
    flat = (
        (starts @ strides).reshape(laid_batch)
        if shape
        else np.zeros(laid_batch, np.int64)
    )
    for place, axis in zip(offsets, kept, strict=True):
        laid = [1] * len(out)
        laid[place] = -1
        flat = flat + (np.arange(out[place]) * strides[axis]).reshape(laid)
    if drop and lost.any():
        flat = np.where(lost.reshape(laid_batch), -1, flat)
    return np.broadcast_to(flat, out)
