"""Tests of functions in JAX, on eight devices, in float64 or by JAX_ENABLE_X64=0."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import pytest

os.environ.setdefault(
    "XLA_FLAGS",
    "--xla_force_host_platform_device_count=8 --xla_cpu_multi_thread_eigen=false "
    "--xla_backend_optimization_level=0 --xla_llvm_disable_expensive_passes=true "
    "intra_op_parallelism_threads=1",
)

if importlib.util.find_spec("jax") is None:
    # One test stays, to say so.
    collect_ignore = [
        path.name
        for path in Path(__file__).parent.glob("test_*.py")
        if path.name != "test_installed.py"
    ]
else:
    import jax

    jax.config.update("jax_enable_x64", os.environ.get("JAX_ENABLE_X64") != "0")


@pytest.fixture(autouse=True)
def undecided(monkeypatch):
    """No test starts with a mode in the environment."""
    monkeypatch.delenv("JACOBIAN_CHAIN_MODE", raising=False)
