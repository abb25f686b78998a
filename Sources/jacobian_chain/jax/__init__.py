"""Jacobians of JAX functions in the best order."""

from ._api import jacobian, value_and_jacobian

__all__ = ["jacobian", "value_and_jacobian"]
