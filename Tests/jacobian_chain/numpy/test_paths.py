"""Orders of chains as contraction paths of einsum."""

from __future__ import annotations

import itertools
import string

import numpy as np
import pytest

import jacobian_chain as jc


@pytest.mark.parametrize("seed", range(60))
def test_path_contracts_the_chain_at_its_optimum(seed: int) -> None:
    draw = np.random.default_rng(seed)
    count = int(draw.integers(1, 12))
    letters = string.ascii_letters[: count + 1]
    sizes = dict(zip(letters, draw.integers(1, 30, count + 1).tolist(), strict=True))
    terms = [a + b for a, b in itertools.pairwise(letters)]
    if draw.random() < 0.3:
        terms[0] = letters[1]
    output = set(terms[0] + letters[-1]) - set(letters[1:-1])
    order = draw.permutation(count)
    inputs = [frozenset(terms[place]) for place in order]
    path = jc.chain_path(inputs, frozenset(output), sizes)
    dimensions = [sizes[letter] for letter in letters]
    if len(terms[0]) == 1:
        dimensions[0] = 1
    assert cost(inputs, output, sizes, path) == jc.solve(dimensions).price


def cost(
    inputs: list[frozenset[str]], output: set[str], sizes: dict[str, int], path: object
) -> int:
    """Price a path as opt_einsum does, without the sums that are none."""
    left = list(inputs)
    price = 0
    for pair in path:  # type: ignore[attr-defined]
        taken = [left.pop(place) for place in sorted(pair, reverse=True)]
        if len(taken) == 1:
            continue
        kept = set(output).union(*left)
        union = taken[0] | taken[1]
        price += int(np.prod([sizes[index] for index in union]))
        left.append(frozenset(union & kept))
    return price


def test_several_indices_between_neighbours() -> None:
    sizes = {"a": 7, "b": 2, "c": 3, "d": 4, "e": 5}
    path = jc.chain_path(
        [{"a", "b", "c"}, {"b", "c", "d"}, {"d", "e"}], {"a", "e"}, sizes
    )
    assert sorted(path[0]) in ([0, 1], [1, 2])


def test_opt_einsum_takes_it() -> None:
    paths = pytest.importorskip("opt_einsum.paths")
    opt_einsum = pytest.importorskip("opt_einsum")
    if "jacobian-chain" not in paths._PATH_OPTIONS:
        paths.register_path_fn("jacobian-chain", jc.chain_path)
    draw = np.random.default_rng(1)
    sizes = [20, 3, 30, 2, 40, 5]
    operands = [draw.standard_normal(pair) for pair in itertools.pairwise(sizes)]
    terms = [a + b for a, b in itertools.pairwise("abcdef")]
    expression = ",".join(terms) + "->af"
    result = opt_einsum.contract(expression, *operands, optimize="jacobian-chain")
    np.testing.assert_allclose(result, np.linalg.multi_dot(operands), rtol=1e-12)
    path, _ = opt_einsum.contract_path(expression, *operands, optimize="dp")
    ours = jc.chain_path(
        [set(term) for term in terms],
        set("af"),
        dict(zip("abcdef", sizes, strict=True)),
    )
    assert cost(
        [frozenset(t) for t in terms],
        set("af"),
        dict(zip("abcdef", sizes, strict=True)),
        ours,
    ) == (
        cost(
            [frozenset(t) for t in terms],
            set("af"),
            dict(zip("abcdef", sizes, strict=True)),
            path,
        )
    )


@pytest.mark.parametrize(
    ("inputs", "output"),
    [
        (["ab", "bc", "ca"], ""),
        (["ab", "bc", "bd"], "acd"),
        (["ab", "cd"], "abcd"),
        (["ab", "bc", "cd", "ef", "fg"], "adeg"),
        (["abx", "bcx"], "acx"),
        (["ab", "bcx", "cd"], "axd"),
        (["ab", "bc", "cd", "be"], "ade"),
        (["ab", "bc", "de", "ef", "fd"], "ac"),
    ],
    ids=["ring", "star", "outer", "two chains", "batch", "leg", "branch", "ring aside"],
)
def test_what_is_no_chain(inputs: list[str], output: str) -> None:
    sizes = dict.fromkeys("abcdefgx", 2)
    with pytest.raises(jc.ChainError, match="a chain of matrices"):
        jc.chain_path([set(term) for term in inputs], set(output), sizes)


def test_no_memory_limit() -> None:
    with pytest.raises(jc.ChainError, match="memory"):
        jc.chain_path([{"a"}, {"a"}], set(), {"a": 2}, 100)


@pytest.mark.parametrize("size", [0, -3, (1 << 40) + 1, (1 << 64) + 5, -(1 << 64)])
def test_what_is_no_size(size: int) -> None:
    with pytest.raises(jc.ChainError, match="dimension"):
        jc.chain_path([{"a", "b"}, {"b", "c"}], {"a", "c"}, {"a": size, "b": 2, "c": 3})
