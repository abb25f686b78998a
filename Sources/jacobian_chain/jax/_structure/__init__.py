"""Structure of Jacobians: patterns, colourings and the structured sweep."""

from .budget import Budget, BudgetExceeded
from .choice import Structured, structured
from .linear import Linearised, NotLinearisable, from_linear, linearise
from .patterns import Pattern, pattern
from .prices import Price, Rates

__all__ = [
    "Budget",
    "BudgetExceeded",
    "Linearised",
    "NotLinearisable",
    "Pattern",
    "Price",
    "Rates",
    "Structured",
    "from_linear",
    "linearise",
    "pattern",
    "structured",
]
