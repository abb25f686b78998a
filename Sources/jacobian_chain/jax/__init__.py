"""Jacobians of JAX functions in the best order.

`jacobian` stands in for `jax.jacobian`; `plan` says what it does and why.
"""

from ._api import hessian, jacobian, plan, value_and_jacobian
from ._factored import FactoredJacobian
from ._plan import Plan
from ._prices import Profile

__all__ = [
    "FactoredJacobian",
    "Plan",
    "Profile",
    "hessian",
    "jacobian",
    "plan",
    "value_and_jacobian",
]
