"""What all tests of the package share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def command() -> Path:
    """The command that the same problems are put to."""
    named = os.environ.get("JCHAIN_COMMAND")
    builds = [ROOT / ".build" / build / "jchain" for build in ("release", "debug")]
    for path in [Path(named)] if named else builds:
        if path.is_file():
            return path
    pytest.skip("no command jchain: make build, or JCHAIN_COMMAND=path")
