"""What all tests of the package share."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def command() -> Path:
    """The command that the same problems are put to."""
    named = os.environ.get("JCHAIN_COMMAND")
    builds = (".build/release", ".build-tested/debug", ".build/debug")
    paths = [Path(named)] if named else [ROOT / build / "jchain" for build in builds]
    for path in paths:
        if path.is_file():
            return path
    pytest.skip("no command jchain: make build, or JCHAIN_COMMAND=path")


def sparse_draw(
    draw: np.random.Generator, rows: int, columns: int, density: float
) -> scipy.sparse.coo_array:
    """Draw a sparse matrix, the same with every version of scipy."""
    row_indices, column_indices = np.nonzero(draw.random((rows, columns)) < density)
    values = draw.standard_normal(len(row_indices))
    return scipy.sparse.coo_array(
        (values, (row_indices, column_indices)), shape=(rows, columns)
    )
