"""Value and Jacobian of a scalar task by JAX, compiled, in float64: many points in one
call (vmap), so that the call itself costs little.
"""

import types

import numpy as np
from protocol import one_core, read_doubles, serve, timed, write_doubles
from scalar_tasks import TASKS

with one_core():
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    jnp.ones(1).block_until_ready()

POINTS = 100
NUMBERS = types.SimpleNamespace(
    sqrt=jnp.sqrt, sin=jnp.sin, cos=jnp.cos, tan=jnp.tan, fabs=jnp.abs, atan2=jnp.arctan2
)


def answer(request):
    point = jnp.asarray(np.frombuffer(read_doubles(request["point"])))
    task = TASKS[request["workload"]]

    def function(x):
        return jnp.stack(task(NUMBERS, x))

    mode = jax.jacfwd if request["method"] == "jax jacfwd" else jax.jacrev
    write_doubles(request["answer"], np.asarray(jax.jit(mode(function))(point)))
    both = jax.jit(jax.vmap(lambda x: (function(x), mode(function)(x))))
    points = jnp.tile(point, (POINTS, 1))
    samples = timed(lambda: jax.block_until_ready(both(points)), request)
    return {"seconds": [sample / POINTS for sample in samples]}


serve(answer)
