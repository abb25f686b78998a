"""Two processes give the Jacobian that one gives."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

PROGRAM = """
import sys
import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_cpu_collectives_implementation", "gloo")
jax.distributed.initialize(sys.argv[1], 2, int(sys.argv[2]))

from jax.sharding import Mesh, NamedSharding, PartitionSpec
from jacobian_chain.jax import jacobian

draw = np.random.default_rng(0).standard_normal
down, up, x = draw((4, 64)) / 8, draw((64, 4)), draw(64)
fun = lambda x: up @ jnp.tanh(down @ x)
mesh = Mesh(np.array(jax.devices()), ("seeds",))
sharding = NamedSharding(mesh, PartitionSpec("seeds"))
expected = np.asarray(up @ ((1 - np.tanh(down @ x) ** 2)[:, None] * down))
for mode in ("plan", "reverse"):
    found = jax.jit(
        jacobian(fun, mode=mode, sharding=sharding), out_shardings=sharding
    )(x)
    assert len(found.sharding.device_set) == 4, found.sharding
    for shard in found.addressable_shards:
        part = expected[shard.index]
        np.testing.assert_allclose(np.asarray(shard.data), part, rtol=0, atol=1e-13)
print("same", flush=True)
"""


def test_two_processes_give_the_same():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    environment = os.environ | {
        "XLA_FLAGS": "--xla_force_host_platform_device_count=2",
        "JAX_PLATFORMS": "cpu",
    }
    started = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM, address, str(number)],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for number in range(2)
    ]
    try:
        said = [process.communicate(timeout=180)[0] for process in started]
    finally:
        for process in started:
            process.kill()
    for process, text in zip(started, said, strict=True):
        assert process.returncode == 0, text
        assert "same" in text
