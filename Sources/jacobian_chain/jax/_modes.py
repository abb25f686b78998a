"""JAX's own modes, where they are as good as any order."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

import jax

from ._settings import Settings


def left_to_jax(mode: str, fun: Any, *rest: Any) -> tuple[Any, Any, Any]:
    """What the better of JAX's modes gives, by our prices.

    JAX has no tangents of a function with a custom_vjp inside, even if nothing of it is
    left in the derivative.
    """
    if mode == "forward":
        # What `fun` itself raises it raises again.
        with contextlib.suppress(TypeError):
            return by_jax(mode, fun, *rest)
    return by_jax("reverse", fun, *rest)


def by_jax(
    mode: str,
    fun: Any,
    settings: Settings,
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    value: bool,
) -> tuple[Any, Any, Any]:
    """What `jax.jacrev` or `jax.jacfwd` gives."""
    options: dict[str, Any] = {
        "argnums": settings.argnums,
        "holomorphic": settings.holomorphic,
    }
    if mode == "reverse":
        options["allow_int"] = settings.allow_int
    transform: Any = jax.jacrev if mode == "reverse" else jax.jacfwd
    if not value:
        result = transform(fun, has_aux=settings.has_aux, **options)(*args, **kwargs)
        return (None, *result) if settings.has_aux else (None, result, None)

    def with_value(*args: Any, **kwargs: Any) -> Any:
        result = fun(*args, **kwargs)
        value, auxiliary = result if settings.has_aux else (result, None)
        return value, (value, auxiliary)

    jac, (primal, auxiliary) = transform(with_value, has_aux=True, **options)(
        *args, **kwargs
    )
    return primal, jac, auxiliary
