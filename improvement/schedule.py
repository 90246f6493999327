"""Due dates for the work of a scenario, one step after the other at a steady pace. Pure.

Work is spread evenly over the days of the week: at five days of work a week, ten days of work that
begin on a Monday are done on the Sunday of the second week. An item is due on the day by whose end
its work, and all before it, is done.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from improvement.efforts import ChangeEffort
from improvement.whatif import Affected, WhatIf
from improvement.worth import POINTS, Priorities

DAYS_A_WEEK: Final = 7


@dataclass(frozen=True, slots=True)
class Planned:
    """One change of a scenario and the day by whose end it is done."""

    affected: Affected
    effort: ChangeEffort
    half_days_so_far: int
    due: date


def in_order(found: WhatIf, priorities: Priorities) -> list[Affected]:
    """Return the questions of a scenario, the most worth for each half day first.

    Where its risk does not get lower a question comes last; of equals, the lenses' order.
    """
    return sorted(found.affected, key=lambda each: -_bargain(each, priorities))


def _bargain(each: Affected, priorities: Priorities) -> Fraction:
    if each.before not in POINTS or each.after not in POINTS:
        return Fraction(0)
    worth = priorities.worth(each.question, each.before, each.after).hundredths
    return Fraction(max(0, worth), each.half_days or 1)


def schedule(order: Iterable[Affected], start: date, half_days_a_week: int) -> list[Planned]:
    """Return each change with its day, in order.

    Raises ValueError for a pace of nothing, OverflowError for a day after the year 9999.
    """
    if half_days_a_week <= 0:
        raise ValueError("a pace of nothing gets nowhere")
    planned, so_far = [], 0
    for each in order:
        for effort in each.efforts:
            so_far += effort.half_days
            days = max(1, -(-so_far * DAYS_A_WEEK // half_days_a_week))
            planned.append(Planned(each, effort, so_far, start + timedelta(days=days - 1)))
    return planned
