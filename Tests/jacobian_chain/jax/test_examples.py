"""The examples run, as scripts and as notebooks, and say what they are there to say."""

from __future__ import annotations

import importlib
import json
import runpy
from pathlib import Path

import pytest

import jacobian_chain

SAYS = {
    "autoencoder": ["plan: ", "right: ", "600×10 · 10×600", "12000 numbers"],
    "convolutions": ["plan: ", "(2, 28, 28, 28, 28)"],
    "levenberg_marquardt": ["plan: ", "planned: ", "plain: "],
    "neural_ode": ["times as fast", "288 weights"],
    "nothing_to_gain": ["1.0×, reverse", "1.0×, forward"],
    "residual": ["plan: one pass over the nonzeros", "Newton 4"],
    "sensors": ["50 sensors: ", "500 sensors: "],
}


@pytest.fixture
def folder(root, monkeypatch):
    folder = root / "Sources" / "python-examples"
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setattr(importlib.import_module("timing"), "ROUNDS", 1)
    return folder


@pytest.mark.parametrize("name", SAYS)
def test_example_runs(name, folder, capsys):
    if name == "levenberg_marquardt":
        pytest.importorskip("optimistix")
    runpy.run_path(str(folder / f"{name}.py"), run_name="__main__")
    said = capsys.readouterr().out
    for words in SAYS[name]:
        assert words in said


def test_every_example_is_run(folder):
    assert importlib.import_module("notebooks").examples() == sorted(SAYS)


@pytest.mark.parametrize("name", SAYS)
def test_notebook_is_the_script(name, folder):
    """Its cells are those of the script; all were carried out, without an error."""
    cells = importlib.import_module("notebooks").cells(
        (folder / f"{name}.py").read_text()
    )
    kept = json.loads((folder / f"{name}.ipynb").read_text())["cells"]
    assert [(c["cell_type"], "".join(c["source"])) for c in kept] == cells
    code = [cell for cell in kept if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in code] == [*range(1, len(code) + 1)]
    said = json.dumps([cell["outputs"] for cell in code], ensure_ascii=False)
    assert '"output_type": "error"' not in said
    for words in SAYS[name]:
        assert words in said


@pytest.mark.parametrize("name", ["autoencoder", "nothing_to_gain"])
def test_notebook_runs(name, folder, monkeypatch):
    pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    monkeypatch.setenv("EXAMPLE_ROUNDS", "1")
    monkeypatch.setenv("JAX_PLATFORMS", "cpu")
    # The kernel runs elsewhere, with the package that is tested.
    packages = Path(jacobian_chain.__file__).parents[1]
    monkeypatch.setenv("PYTHONPATH", str(packages))
    made = importlib.import_module("notebooks").carried_out(name)
    drawn = [
        output["data"]
        for cell in made.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type == "execute_result"
    ]
    assert name != "autoencoder" or any("text/html" in data for data in drawn)
