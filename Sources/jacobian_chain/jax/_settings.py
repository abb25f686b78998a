"""What a caller of `jacobian` asked for, checked once."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

import jax

from ..errors import ChainError
from ._memory import parse_bytes
from ._plan import Plan
from ._prices import Profile

Mode = Literal["auto", "forward", "reverse", "plan"]
OutputFormat = Literal["dense", "bcoo", "factored"]

# Decides where a call leaves the mode to us: auto, forward, or reverse.
MODE_VARIABLE = "JACOBIAN_CHAIN_MODE"


def refusal(where: str, expected: str, found: object, advice: str = "") -> ChainError:
    """An error about an argument."""
    return ChainError(
        "malformed", where, expected, repr(found), advice or f"give {expected}"
    )


def positions_of(argnums: Any) -> tuple[Any, ...]:
    """The positions that `argnums` names: integers of any kind, or several."""
    return (argnums,) if hasattr(argnums, "__index__") else tuple(argnums)


def require_arguments(argnums: int | Sequence[int], args: Sequence[Any]) -> None:
    """Raise `ChainError` where `argnums` names no argument of a call."""
    positions = positions_of(argnums)
    if not all(hasattr(p, "__index__") for p in positions):
        raise refusal("argnums", "the position of an argument, or several", argnums)
    if not all(-len(args) <= p < len(args) for p in positions):
        raise refusal(
            "argnums",
            f"positions among the {len(args)} arguments after the function",
            argnums,
            "give the arguments, or jax.ShapeDtypeStructs, after the function",
        )


@dataclass(frozen=True)
class Settings:
    """The arguments of `jacobian` beside the function."""

    argnums: int | Sequence[int] = 0
    has_aux: bool = False
    holomorphic: bool = False
    allow_int: bool = False
    mode: Mode = "auto"
    chunk_size: int | None = None
    memory_limit: int | str | None = None
    output_format: OutputFormat = "dense"
    plan: Plan | None = None
    profile: Profile | None = None
    sharding: Any = None

    def __post_init__(self) -> None:
        modes = ("auto", "forward", "reverse", "plan")
        if self.mode not in modes:
            raise refusal("mode", ", ".join(modes), self.mode)
        formats = ("dense", "bcoo", "factored")
        if self.output_format not in formats:
            raise refusal("output_format", ", ".join(formats), self.output_format)
        if self.chunk_size is not None and (
            not isinstance(self.chunk_size, int) or self.chunk_size < 1
        ):
            raise refusal(
                "chunk_size", "a number of seeds, 1 or more, or None", self.chunk_size
            )
        if self.plan is not None and not isinstance(self.plan, Plan):
            raise refusal(
                "plan", "a Plan", self.plan, "make one with plan(f, x), not its text"
            )
        if self.profile is not None and not isinstance(self.profile, Profile):
            raise refusal("profile", "a Profile", self.profile, "calibrate() makes one")
        if self.sharding is not None and not isinstance(
            self.sharding, jax.sharding.NamedSharding
        ):
            raise refusal(
                "sharding",
                "a jax.sharding.NamedSharding whose first axis is that of the seeds",
                self.sharding,
                'give NamedSharding(mesh, PartitionSpec("axis"))',
            )
        _ = self.limit

    @property
    def limit(self) -> int | None:
        """The memory limit in bytes."""
        return None if self.memory_limit is None else parse_bytes(self.memory_limit)

    @property
    def chosen_mode(self) -> Mode:
        """The mode, which the environment decides where the caller doesn't."""
        named = os.environ.get(MODE_VARIABLE, "").lower() or "auto"
        if named not in ("auto", "forward", "reverse"):
            raise refusal(MODE_VARIABLE, "auto, forward or reverse", named)
        return self.mode if self.mode != "auto" else cast(Mode, named)

    @property
    def plain(self) -> bool:
        """Whether JAX's own `jacfwd` and `jacrev` can do all that is asked for."""
        return (
            self.chunk_size is None
            and self.memory_limit is None
            and self.output_format == "dense"
            and self.sharding is None
        )

    @property
    def in_blocks(self) -> bool:
        """Whether seeds must pass in blocks of a size, or over a mesh."""
        return (
            self.chunk_size is not None
            or self.memory_limit is not None
            or self.sharding is not None
        )

    @property
    def place(self) -> Callable[[Any], Any]:
        """Lays an array whose first axis is that of the seeds out over the mesh."""
        sharding = self.sharding
        if sharding is None:
            return lambda array: array
        along = sharding.spec[0] if len(sharding.spec) else None

        def place(array: Any) -> Any:
            spec = jax.sharding.PartitionSpec(along, *(None,) * (array.ndim - 1))
            return jax.lax.with_sharding_constraint(
                array, jax.sharding.NamedSharding(sharding.mesh, spec)
            )

        return place
