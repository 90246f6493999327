"""The five risks a question can have. Pure."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Risk(StrEnum):
    """The risk of a question (names as in the AWS Well-Architected Tool's API)."""

    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    NONE = "NONE"
    UNANSWERED = "UNANSWERED"
    NOT_APPLICABLE = "NOT_APPLICABLE"

    @property
    def severity(self) -> int:
        """How bad it is, 4 (HIGH) to 0 (NOT_APPLICABLE): HIGH > MEDIUM > UNANSWERED > NONE."""
        return _SEVERITY[self]

    @property
    def is_at_risk(self) -> bool:
        """Whether something is to be improved: a high or a medium risk."""
        return self in (Risk.HIGH, Risk.MEDIUM)


BY_SEVERITY: Final = (
    Risk.HIGH,
    Risk.MEDIUM,
    Risk.UNANSWERED,
    Risk.NONE,
    Risk.NOT_APPLICABLE,
)
"""All risks, the worst first: the order of every table and every meter."""

_SEVERITY: Final = {risk: len(BY_SEVERITY) - 1 - place for place, risk in enumerate(BY_SEVERITY)}
