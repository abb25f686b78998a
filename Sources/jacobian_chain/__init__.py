"""Jacobians of composed functions, multiplied in the cheapest order.

`solve` chooses the order for a problem and says what it saves; `multi_dot` multiplies
arrays and sparse matrices in it, as `numpy.linalg.multi_dot` does; `chain` does so
with operators, too. ``jacobian_chain.jax`` does it for functions.

>>> import jacobian_chain as jc
>>> jc.solve([1000, 100, 10, 1]).savings
{'forward': 10.0, 'reverse': 1.0, 'bestSplit': 1.0}
"""

from ._chain import Chain, chain
from ._multi_dot import multi_dot
from ._paths import chain_path
from ._problem import Factor, Problem
from ._solve import check, solve
from ._solved import Solved
from ._version import __version__
from .errors import ChainError

__all__ = [
    "Chain",
    "ChainError",
    "Factor",
    "Problem",
    "Solved",
    "__version__",
    "chain",
    "chain_path",
    "check",
    "multi_dot",
    "solve",
]
