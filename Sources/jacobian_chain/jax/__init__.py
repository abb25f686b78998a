"""Jacobians of JAX functions in the best order.

`jacobian` stands in for `jax.jacobian`; `plan` says what it does and why.
"""

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
