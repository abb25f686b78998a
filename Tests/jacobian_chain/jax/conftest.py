import os

os.environ.setdefault(
    "XLA_FLAGS",
    "--xla_force_host_platform_device_count=8 --xla_cpu_multi_thread_eigen=false "
    "--xla_backend_optimization_level=0 --xla_llvm_disable_expensive_passes=true "
    "intra_op_parallelism_threads=1",
)

import pytest

jax = pytest.importorskip("jax", reason="jax is not installed")
jax.config.update("jax_enable_x64", True)


@pytest.fixture(autouse=True)
def double_precision(monkeypatch):
    """Every test starts in float64, with no mode in the environment."""
    monkeypatch.delenv("JACOBIAN_CHAIN_MODE", raising=False)
    jax.config.update("jax_enable_x64", True)
    yield
    jax.config.update("jax_enable_x64", True)
