"""Jacobians with the signature and the results of `jax.jacobian`."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import jax

from ..errors import ChainError
from ._evaluate import evaluate, prepare
from ._linear import Unsupported
from ._plan import Plan
from ._prices import Profile
from ._settings import Mode, OutputFormat, Settings, require_arguments

# What `jacobian` takes beside the arguments of `jax.jacobian`.
OPTIONS = (
    "mode",
    "chunk_size",
    "memory_limit",
    "output_format",
    "plan",
    "profile",
    "sharding",
)


def jacobian(
    fun: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    has_aux: bool = False,
    holomorphic: bool = False,
    allow_int: bool = False,
    *,
    mode: Mode = "auto",
    chunk_size: int | None = None,
    memory_limit: int | str | None = None,
    output_format: OutputFormat = "dense",
    plan: Plan | None = None,
    profile: Profile | None = None,
    sharding: Any = None,
) -> Callable[..., Any]:
    """Return a function that computes the Jacobian of `fun` in the best order.

    Stands in for `jax.jacobian`: the same arguments, the same tree of results, under
    `jit`, `vmap`, `grad`, `jacfwd` and on any device. Where no order is predicted to
    beat them by a fifth, it *is* `jax.jacrev` or `jax.jacfwd`; `plan(fun, x)` says
    which, and why.

    Parameters
    ----------
    fun
        A function of arrays and pytrees of them.
    argnums
        The argument to differentiate with respect to, or several.
    has_aux
        Whether `fun` returns a pair of output and auxiliary data.
    holomorphic, allow_int
        As in `jax.jacobian`; such functions go to JAX's own modes.
    mode
        ``"auto"``; ``"forward"`` and ``"reverse"`` for JAX's modes; ``"plan"`` for an
        order of our own even where it brings nothing. The environment variable
        ``JACOBIAN_CHAIN_MODE`` (``auto``, ``forward``, ``reverse``) decides instead of
        ``"auto"``.
    chunk_size
        How many seed vectors pass at once; None for all of a step.
    memory_limit
        A bound in bytes (or ``"512MiB"``) on the blocks alive at any time, the result
        included; arguments and residuals of the function are not counted. Seeds pass in
        chunks where that is needed.
    output_format
        ``"dense"``: a tree of arrays, output shape + input shape. ``"bcoo"``: the same
        as `jax.experimental.sparse.BCOO`. ``"factored"``: a `FactoredJacobian`, the
        operands of the last product.
    plan
        A plan made by `plan` for a function with the same chain, instead of a new one.
    profile
        How fast the device is; default: that of `calibrate`, or a rule of thumb.
    sharding
        A `jax.sharding.NamedSharding` whose first axis is that of the seeds: rows or
        columns of every block are laid out along it.

    Raises
    ------
    ChainError
        For arguments that make no sense, a plan of another chain, a limit that can't
        be kept. What `fun` raises passes through.

    Examples
    --------
    >>> import jax, jax.numpy as jnp
    >>> from jacobian_chain.jax import jacobian
    >>> f = lambda x: jnp.array([x[0] + x[1], x[0] * x[1]])
    >>> print(jax.jit(jacobian(f))(jnp.array([4.0, 5.0])))
    [[1. 1.]
     [5. 4.]]
    """
    settings = Settings(
        argnums,
        has_aux,
        holomorphic,
        allow_int,
        mode,
        chunk_size,
        memory_limit,
        output_format,
        plan,
        profile,
        sharding,
    )

    delegated: dict[Any, str] = {}

    @functools.wraps(fun)
    def of_point(*args: Any, **kwargs: Any) -> Any:
        _, jac, auxiliary = evaluate(fun, settings, args, kwargs, False, delegated)
        return (jac, auxiliary) if has_aux else jac

    return of_point


def value_and_jacobian(
    fun: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    has_aux: bool = False,
    holomorphic: bool = False,
    allow_int: bool = False,
    **options: Any,
) -> Callable[..., Any]:
    """Return a function that computes `fun` and its Jacobian, `fun` evaluated once.

    Arguments as in `jacobian`. The result is the pair of value and Jacobian; with
    `has_aux` the value is the pair of output and auxiliary data, as in
    `jax.value_and_grad`.
    """
    unknown = options.keys() - OPTIONS
    if unknown:
        raise TypeError(
            f"value_and_jacobian() got an unexpected keyword argument "
            f"{min(unknown)!r}; it takes {', '.join(OPTIONS)}"
        )
    settings = Settings(argnums, has_aux, holomorphic, allow_int, **options)

    delegated: dict[Any, str] = {}

    @functools.wraps(fun)
    def of_point(*args: Any, **kwargs: Any) -> Any:
        value, jac, auxiliary = evaluate(fun, settings, args, kwargs, True, delegated)
        return ((value, auxiliary), jac) if has_aux else (value, jac)

    return of_point


def plan(
    fun: Callable[..., Any],
    *args: Any,
    argnums: int | Sequence[int] = 0,
    has_aux: bool = False,
    mode: Mode = "auto",
    profile: Profile | None = None,
    **kwargs: Any,
) -> Plan:
    """Say how `jacobian(fun)` is computed at arguments of these shapes, and why.

    Nothing is computed: `jax.ShapeDtypeStruct`s will do. The plan prints the order and
    its price, draws itself in notebooks, can be kept (`Plan.to_json`, pickle) and given
    back: ``jacobian(fun, plan=p)``.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> from jacobian_chain.jax import plan
    >>> plan(jnp.sum, jnp.ones(3)).mode
    'reverse'
    """
    settings = Settings(argnums, has_aux, mode=mode, profile=profile)
    require_arguments(argnums, args)
    try:
        return prepare(fun, settings, args, kwargs)[2].plan
    except ChainError:
        raise
    except Unsupported as error:
        return Plan("reverse", f"JAX's own mode, for {error}")
    except Exception as error:
        # Errors of `fun` itself are the caller's; everything else is left to JAX.
        jax.eval_shape(fun, *args, **kwargs)
        kind = type(error).__name__
        return Plan("reverse", f"JAX's own mode: not taken apart ({kind}: {error})")


def hessian(
    fun: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    has_aux: bool = False,
    holomorphic: bool = False,
) -> Callable[..., Any]:
    """Return a function that computes the Hessian of `fun`, forward over `jacobian`.

    Arguments and results are those of `jax.hessian`.
    """
    inner = jacobian(fun, argnums, has_aux, holomorphic)
    outer: Callable[..., Any] = jax.jacfwd(
        inner, argnums, has_aux=has_aux, holomorphic=holomorphic
    )
    return outer


def linear_operator(
    fun: Callable[..., Any], x: Any, *args: Any, tags: Any = (), **options: Any
) -> Any:
    """Return the Jacobian of ``fun(x, *args)`` as a lineax operator.

    Its products are tangents of the function; where a solver needs the matrix
    (`lineax.LU`, `QR`, `SVD`, …) it is computed by a plan. `options` are those of
    `jacobian`, `tags` those of lineax. Needs the packages lineax and equinox.
    """
    try:
        from ._operator import operator_of
    except ImportError as missing:
        raise ChainError(
            "unsupported",
            "linear_operator",
            "the packages lineax and equinox",
            str(missing),
            "pip install lineax",
        ) from None
    return operator_of(fun, x, args, tags, options)
