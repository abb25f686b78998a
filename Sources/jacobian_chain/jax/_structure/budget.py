"""How much an analysis may look at, and how large it may become."""

from __future__ import annotations

from dataclasses import dataclass, field

#: What an equation takes whatever its size, in entries that are read once.
EQUATION = 15_000
#: What it takes to put an entry of a list in its place among others.
SORTED = 30


class BudgetExceeded(Exception):
    """The analysis would take longer than it may: call the thing dense."""


@dataclass
class Budget:
    """Limits of one analysis.

    Work is counted, not timed: a function has the same plan on every machine, however
    busy that is.

    Attributes
    ----------
        entries: of index arrays and known values, all that are looked at together; an
            equation counts as `EQUATION` of them, sorting as `SORTED` for each. A core
            takes a second for some 10⁹.
        elements: size of one index array (entries of 4 or 8 bytes).
    """

    entries: int = 200_000_000
    elements: int = 1 << 21
    _spent: int = field(default=0, init=False)

    def again(self) -> Budget:
        """The same limits, counted from now."""
        return Budget(self.entries, self.elements)

    def spend(self, entries: int) -> None:
        """Raises `BudgetExceeded`, and counts nothing, for more than is left."""
        if self._spent + entries > self.entries:
            raise BudgetExceeded(f"structure took more than {self.entries} entries")
        self._spent += entries
