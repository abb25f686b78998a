"""Which profile prices a plan: this device's calibrated one, or a rule of thumb."""

from __future__ import annotations

import dataclasses
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp

from ._prices import ACCELERATOR, CPU, Profile

_calibrated: dict[str, Profile | None] = {}


def device_name() -> str:
    """Platform and kind of the default device."""
    device = jax.config.jax_default_device or jax.devices()[0]
    if isinstance(device, str):
        device = jax.devices(device)[0]
    return f"{device.platform} {device.device_kind}"


def current_profile() -> Profile:
    """The profile of the default device: calibrated, else the rule of thumb."""
    name = device_name()
    if name not in _calibrated:
        _calibrated[name] = _read(name)
    rule = CPU if name.startswith("cpu") else ACCELERATOR
    return _calibrated[name] or rule


def calibrate(save: bool = True) -> Profile:
    """Measure the default device, and price all plans from now on by what it does.

    Three rates in float32 or, where it is enabled, float64: fused multiply-adds of a
    matrix product, bytes moved by an elementwise kernel, and what starting a kernel
    takes. A few seconds.

    Parameters
    ----------
    save
        Whether later processes use the profile, too. It lies in
        ``$XDG_CACHE_HOME/jacobian-chain`` (``~/.cache``), one file a kind of device.
    """
    dtype = jnp.zeros(()).dtype
    side, length = 768, 1 << 18
    square = jnp.ones((side, side), dtype)
    vector, small = jnp.ones(length, dtype), jnp.ones(8, dtype)

    def chain(x: Any) -> Any:
        return jax.lax.scan(lambda c, _: (jnp.sin(c[::-1]), None), x, None, 1000)[0]

    product = _fastest(lambda: jnp.matmul(square, square))
    stream = _fastest(jax.jit(lambda: vector * 1.5))
    steps = _fastest(jax.jit(lambda: chain(small)))
    profile = Profile(
        fma=side**3 / product,
        bytes=2 * length * dtype.itemsize / stream,
        operation=steps / 1000,
        name=f"calibrated, {device_name()}",
    )
    _calibrated[device_name()] = profile
    if save:
        path = _path(device_name())
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(dataclasses.asdict(profile)))
    return profile


def _fastest(function: Callable[[], Any]) -> float:
    """Seconds of the fastest of some runs, after one that compiles."""
    jax.block_until_ready(function())
    best = float("inf")
    for _ in range(10):
        start = time.perf_counter()
        jax.block_until_ready(function())
        best = min(best, time.perf_counter() - start)
    return best


def _path(name: str) -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    safe = "".join(c if c.isalnum() else "-" for c in name)
    return Path(base) / "jacobian-chain" / f"{safe}.json"


def _read(name: str) -> Profile | None:
    try:
        return Profile(**json.loads(_path(name).read_text()))
    except (OSError, TypeError, ValueError):
        return None
