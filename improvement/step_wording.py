"""A step of the plan in words, with every figure that put it where it stands."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common import marks
from improvement.efforts import HALF_DAYS_A_DAY, ChangeEffort, Source
from improvement.solver import BudgetPlan, Order, PlanStep
from improvement.worth import in_points


def explain_step(step: PlanStep) -> str:
    """Say what a step is worth and takes: "High risk to no risk: 10 points × 1.8 … = 18 points…".

    All factors are said, so that the sentence can be checked by hand.
    """
    return _("%(from)s to %(to)s: %(worth)s, for %(days)s: %(bargain)s.") % {
        "from": marks.WORDS[step.option.before],
        "to": str(marks.WORDS[step.option.lowers_to]).lower(),
        "worth": _worth(step),
        "days": days(step.half_days),
        "bargain": _bargain(step),
    }


def explain_efforts(efforts: Iterable[ChangeEffort]) -> list[str]:
    """Say what each change takes and who says so: "1 day, as the lens has it"."""
    words: dict[Source, str] = {
        "team": _("%(days)s, set by your team"),
        "lens": _("%(days)s, from the lens's effort"),
        "unsaid": _("%(days)s, as neither the lens nor your team says"),
        "untick": _("%(days)s, as always for giving a practice up"),
    }
    return [words[effort.source] % {"days": days(effort.half_days)} for effort in efforts]


def explain_budget(plan: BudgetPlan) -> str:
    """Say how good a plan for a budget is: that nothing is better, or how much better it may be."""
    if plan.is_exact:
        return _("No other steps within %(days)s are worth more.") % {"days": days(plan.budget)}
    # Rounded up: at most is at most.
    tenths = -(-1_000 * (plan.bound - plan.hundredths) // plan.hundredths)
    return _(
        "Too many questions and days to compare all choices: the best one is worth at most"
        " %(percent)s%% more than this."
    ) % {"percent": _rounded(Decimal(tenths) / 10)}


def explain_order(order: Order) -> str:
    """Say how good an order is: the best wherever it is cut, or nearly; or within its budget."""
    if isinstance(order, BudgetPlan):
        return explain_budget(order) if order.steps else ""
    if order.is_exact:
        return _("Stop after any step: nothing else that takes as long is worth more.")
    return _(
        "Stop after any step: hardly anything else that takes as long is worth more. Of one"
        " question at least, both steps take longer than going all the way at once."
    )


def explain_total(order: Order) -> str:
    """Say what all steps take and are worth together: "12 days for 85 points"."""
    return _("%(days)s for %(points)s") % {
        "days": days(order.half_days),
        "points": _points(in_points(order.hundredths)),
    }


def days(half_days: int) -> str:
    """Say a number of half days in days: "1.5 days"."""
    return rounded_days(Fraction(half_days))


def rounded_days(half_days: Fraction) -> str:
    """Say a number of half days in days, with two decimals at most: "1.67 days"."""
    number = Decimal(half_days.numerator) / half_days.denominator / HALF_DAYS_A_DAY
    return ngettext("%(days)s day", "%(days)s days", 1 if number == 1 else 2) % {
        "days": _rounded(number)
    }


def _worth(step: PlanStep) -> str:
    worth = step.worth
    parts = [_points(Decimal(worth.points))]
    if worth.place and worth.pillar_factor != 1:
        pillar = _("number %(place)d of your pillar priorities, %(pillar)s")
        named = pillar % {"place": worth.place, "pillar": step.at.pillar.name}
        parts.append(f"{_rounded(worth.pillar_factor)} ({named})")
    if worth.is_prioritised:
        parts.append(f"{_rounded(worth.question_factor)} ({_('prioritised by your profile')})")
    product = " × ".join(parts)
    return product if len(parts) == 1 else f"{product} = {_points(worth.value)}"


def _bargain(step: PlanStep) -> str:
    bargain = step.worth_a_day
    if bargain is None:
        return _("nothing to pay for it")
    points = Decimal(bargain.numerator) / bargain.denominator
    return _("%(points)s a day") % {"points": _points(points)}


def _points(points: Decimal) -> str:
    return ngettext("%(points)s point", "%(points)s points", 1 if points == 1 else 2) % {
        "points": _rounded(points)
    }


def _rounded(number: Decimal) -> str:
    """A number with two decimals at most, as the reader's language writes it."""
    # Fixed first: normalising alone would write ten as 1E+1.
    text = f"{number:.2f}".rstrip("0").rstrip(".")
    return str(number_format(Decimal(text), use_l10n=True))
