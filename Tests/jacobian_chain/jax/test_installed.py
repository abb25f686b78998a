"""The names that the package promises, where there is JAX."""

from __future__ import annotations

import pytest


def test_promised_names_are_there():
    pytest.importorskip("jax", reason="jax is not installed: its tests are left out")
    import jacobian_chain.jax as jcj

    promised = (
        "jacobian value_and_jacobian plan check hessian trajectory_jacobian "
        "linear_operator calibrate"
    )
    assert set(promised.split()) <= set(jcj.__all__)
    for name in jcj.__all__:
        assert getattr(jcj, name).__doc__
