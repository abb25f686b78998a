"""Which profile prices a plan: the calibrated one of this device, or a rule of thumb."""

from __future__ import annotations

import jax

from ._prices import ACCELERATOR, CPU, Profile

_calibrated: dict[str, Profile] = {}


def device_name() -> str:
    """Platform and kind of the default device."""
    device = jax.config.jax_default_device or jax.devices()[0]
    if isinstance(device, str):
        device = jax.devices(device)[0]
    return f"{device.platform} {device.device_kind}"


def current_profile() -> Profile:
    """The profile of the default device."""
    name = device_name()
    found = _calibrated.get(name)
    if found is None:
        found = CPU if name.startswith("cpu") else ACCELERATOR
    return found
