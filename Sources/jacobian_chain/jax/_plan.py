"""What was decided for a function, and why: a value that can be read and kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from .. import _native
from ..errors import ChainError

FORMAT = "jacobian-chain-jax-plan/1"


@dataclass(frozen=True)
class Plan:
    """How a Jacobian is computed; `jacobian(f, plan=p)` uses it again.

    Attributes
    ----------
    mode
        ``"plan"`` (an order of our own), ``"forward"`` (`jax.jacfwd`) or ``"reverse"``
        (`jax.jacrev`).
    reason
        Why, in a sentence.
    gain
        Predicted time of the better of forward and reverse over that of this plan.
    seconds
        Predicted seconds of ``"plan"``, ``"forward"`` and ``"reverse"``, where they
        are possible.
    problem
        The chain as a problem, format ``jacobian-chain/1``: costs in fma for one
        product. None where a function could not be taken apart.
    steps
        What is done, as in the format ``jacobian-chain-plan/1``; empty unless `mode`
        is ``"plan"``.
    strategy
        ``"chain"``: the steps; ``"structure"``: one pass that keeps to the nonzeros;
        ``"pieces"``: the steps join what leads through waists and around them.
    """

    mode: Literal["plan", "forward", "reverse"]
    reason: str
    gain: float = 1.0
    seconds: Mapping[str, float] = field(default_factory=dict)
    problem: Mapping[str, Any] | None = None
    steps: tuple[Mapping[str, Any], ...] = ()
    bracketing: str | None = None
    strategy: Literal["chain", "structure", "pieces"] | None = None
    labels: tuple[str, ...] = ()

    def __str__(self) -> str:
        lines = [self._headline(), ""]
        if self.problem is not None:
            factors = self.problem["factors"]
            if self._has_order:
                lines += [self._solved().text(80).rstrip(), ""]
            else:
                shape = f"{factors[-1]['rows']} × {factors[0]['columns']}"
                lines += [f"{self.problem['name']} · Jacobian {shape}", ""]
            lines += ["  factor        shape  equations"]
            for factor, label in zip(factors, self.labels, strict=False):
                shape = f"{factor['rows']} × {factor['columns']}"
                lines.append(f"  {factor['name']:<6}{shape:>13}  {label}")
        return "\n".join(lines).rstrip() + "\n"

    def __repr__(self) -> str:
        return f"<Plan {self._headline()}>"

    def _headline(self) -> str:
        times = " · ".join(
            f"{name} {_seconds(value)}" for name, value in self.seconds.items()
        )
        head = f"{self.gain:.1f}×, {self.mode}: {self.reason}"
        return f"{head} · predicted {times}" if times else head

    def _repr_html_(self) -> str:
        import html

        body = f"<p>{html.escape(self._headline())}</p>"
        if self._has_order:
            document = html.escape(self._solved().html(), quote=True)
            body += (
                f'<iframe srcdoc="{document}" '
                'style="width:100%;height:40em;border:0"></iframe>'
            )
        return body

    @property
    def _has_order(self) -> bool:
        """Whether the chain's report says something about what is done."""
        factors = self.problem["factors"] if self.problem is not None else ()
        return len(factors) > 1 and self.strategy in (None, "chain")

    def _solved(self) -> _native.Solved:
        return _native.solved(json.dumps(self.problem).encode())

    def to_json(self) -> str:
        """Return the plan as JSON text, for `Plan.from_json`."""
        return json.dumps(
            {
                "format": FORMAT,
                "mode": self.mode,
                "reason": self.reason,
                "gain": self.gain,
                "seconds": dict(self.seconds),
                "problem": self.problem,
                "steps": list(self.steps),
                "bracketing": self.bracketing,
                "strategy": self.strategy,
                "labels": list(self.labels),
            },
            ensure_ascii=False,
        )

    @classmethod
    def from_json(cls, text: str) -> Plan:
        """Return the plan that `to_json` wrote.

        Raises
        ------
        ChainError
            For anything else.
        """
        try:
            values = json.loads(text)
            if values.pop("format") != FORMAT:
                raise KeyError("format")
            values["steps"] = tuple(values["steps"])
            values["labels"] = tuple(values["labels"])
            return cls(**values)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ChainError(
                "malformed",
                "plan",
                f"the JSON text of a plan, format {FORMAT}",
                repr(error),
                "make one with plan(f, x).to_json()",
            ) from None


def _seconds(value: float) -> str:
    for unit, scale in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if value >= scale:
            return f"{value / scale:.3g} {unit}"
    return f"{value / 1e-9:.3g} ns"
