"""Jacobians of JAX functions in the best order.

`jacobian` stands in for `jax.jacobian`; `plan` says what it does and why.
"""

import importlib.util

if importlib.util.find_spec("jax") is None:
    raise ModuleNotFoundError(
        "jacobian_chain.jax needs JAX 0.7 or newer, which takes Python 3.11: "
        "pip install 'jacobian-chain[jax]'",
        name="jax",
    )

from ._api import hessian, jacobian, linear_operator, plan, value_and_jacobian
from ._check import Check, check
from ._factored import FactoredJacobian
from ._plan import Plan
from ._prices import Profile
from ._profiles import calibrate
from ._trajectory import trajectory_jacobian

__all__ = [
    "Check",
    "FactoredJacobian",
    "Plan",
    "Profile",
    "calibrate",
    "check",
    "hessian",
    "jacobian",
    "linear_operator",
    "plan",
    "trajectory_jacobian",
    "value_and_jacobian",
]
