"""The one exception of this package."""

from __future__ import annotations


class ChainError(ValueError):
    """A refusal in five parts: what family, where, expected, found, what to do.

    Parameters
    ----------
    kind
        The family of the error: ``"malformed"``, ``"infeasible"``,
        ``"invalidPlan"``, ``"disagreement"``, ``"tooLarge"``, ``"unsupported"``,
        ``"missingFile"``, ``"unwritableFile"``, ``"limitReached"`` or
        ``"interrupted"``.
    location
        Where: a JSON path such as ``/factors/3/columns``, a file position, an
        argument.
    expected
        What would have been right at that place.
    found
        What stood there.
    advice
        What can be done about it.

    Examples
    --------
    >>> import jacobian_chain as jc
    >>> try:
    ...     jc.solve([3, 0, 5])
    ... except jc.ChainError as error:
    ...     print(error.location, "|", error.found)
    dimensions[1] | 0
    """

    def __init__(
        self, kind: str, location: str, expected: str, found: str, advice: str
    ) -> None:
        super().__init__(kind, location, expected, found, advice)
        self.kind = kind
        self.location = location
        self.expected = expected
        self.found = found
        self.advice = advice

    def __str__(self) -> str:
        return (
            f"{self.location}: {self.kind}\n"
            f"  expected  {self.expected}\n"
            f"  found     {self.found}\n"
            f"  advice    {self.advice}"
        )
