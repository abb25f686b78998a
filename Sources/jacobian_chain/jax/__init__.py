"""Jacobians of JAX functions in the best order.

`jacobian` stands in for `jax.jacobian`; `plan` says what it does and why.
"""

from ._api import hessian, jacobian, linear_operator, plan, value_and_jacobian
from ._check import Check, check
from ._factored import FactoredJacobian
from ._plan import Plan
from ._prices import Profile
from ._profiles import calibrate

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
    "value_and_jacobian",
]
