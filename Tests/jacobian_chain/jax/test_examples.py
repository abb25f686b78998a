"""The examples run, and say what they are there to say."""

from __future__ import annotations

import importlib
import runpy

import pytest

SAYS = {
    "autoencoder": ["plan: ", "right: ", "600×10 · 10×600", "12000 numbers"],
    "convolutions": ["plan: ", "(2, 28, 28, 28, 28)"],
    "levenberg_marquardt": ["plan: ", "planned: ", "plain: "],
    "nothing_to_gain": ["1.0×, reverse", "1.0×, forward"],
    "sensors": ["50 sensors: ", "500 sensors: "],
}


@pytest.mark.parametrize("name", SAYS)
def test_example_runs(name, root, capsys, monkeypatch):
    if name == "levenberg_marquardt":
        pytest.importorskip("optimistix")
    folder = root / "Sources" / "python-examples"
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setattr(importlib.import_module("timing"), "ROUNDS", 1)
    runpy.run_path(str(folder / f"{name}.py"), run_name="__main__")
    said = capsys.readouterr().out
    for words in SAYS[name]:
        assert words in said


def test_every_example_is_run(root):
    scripts = {p.stem for p in (root / "Sources" / "python-examples").glob("*.py")}
    assert scripts - {"timing"} == set(SAYS)
