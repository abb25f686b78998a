"""The suite `python` of the benchmark, and the table that is made of its results."""

from __future__ import annotations

import importlib

import jax
import jax.numpy as jnp
import pytest


@pytest.fixture
def bench(root, monkeypatch):
    folder = root / "bench" / "python"
    if not folder.is_dir():
        pytest.skip("no folder bench here")
    monkeypatch.syspath_prepend(str(folder))
    return folder


def test_functions_and_controls_are_many(bench):
    race = importlib.import_module("race")
    assert len(race.FUNCTIONS) >= 45
    assert len(race.CONTROLS) >= 12
    assert set(race.FUNCTIONS) >= race.CONTROLS


def test_rows_are_of_right_answers(bench, monkeypatch):
    race = importlib.import_module("race")
    point = jnp.linspace(0.1, 1.0, 40)

    def squared(x):
        return jnp.sin(x) ** 2

    cases = {
        "right": lambda: race.Case(squared, (point,), by_hand=jax.jacrev(squared)),
        "wrong": lambda: race.Case(squared, (point,), by_hand=jax.jacrev(jnp.sin)),
    }
    monkeypatch.setattr(race, "FUNCTIONS", cases)
    for name, outcome in (("right", "measured"), ("wrong", "wrong")):
        rows = {
            (row["contestant"], row["quantity"]): row for row in race.rows_of(name, 0)
        }
        assert rows["by hand", "jacobian seconds"]["outcome"] == outcome
        assert rows["jacobian", "jacobian seconds"]["outcome"] == "measured"
        assert rows["jacobian", "gain"]["note"].startswith("over jax ")
        assert rows["jacobian", "gain"]["median"] > 0
        assert rows["jax jacrev", "temporary bytes"]["outcome"] == "measured"


def test_the_page_shows_the_results(bench, root):
    table = importlib.import_module("table")
    if not table.RESULTS.is_file():
        pytest.skip("no results here")
    page = root / "Sources" / "jacobian_chain" / "jax" / "README.md"
    assert table.between(page.read_text()) == table.table(table.RESULTS.read_text())
