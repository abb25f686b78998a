"""How long and how large an analysis may become."""

from __future__ import annotations

import time
from dataclasses import dataclass, field


class BudgetExceeded(Exception):
    """The analysis would take longer than it may: call the thing dense."""


@dataclass(frozen=True)
class Budget:
    """Limits of one analysis, counted from the budget's making.

    Attributes
    ----------
        seconds: CPU time of this thread, looked at between equations.
        elements: size of one index array (entries of 4 or 8 bytes).
    """

    seconds: float = 0.15
    elements: int = 1 << 21
    _started: float = field(default_factory=time.thread_time, repr=False)
    _next: list[float] = field(default_factory=lambda: [0.0], repr=False)

    def again(self) -> Budget:
        """The same limits, counted from now."""
        return Budget(self.seconds, self.elements)

    def check(self) -> None:
        """Raises `BudgetExceeded` when time is up."""
        # A thread computes no longer than time passes, and that is read at less cost.
        now = time.perf_counter()
        if now < self._next[0]:
            return
        left = self.seconds - (time.thread_time() - self._started)
        if left < 0:
            raise BudgetExceeded(f"structure took more than {self.seconds} s")
        self._next[0] = now + left
