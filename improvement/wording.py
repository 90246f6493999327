"""The plan in words: what it comes to, and why something stands where it stands."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from common import marks
from common.risk import Risk
from improvement.models import ImprovementItem
from improvement.plan import Plan, QuestionAtRisk
from improvement.statuses import ClosedAs, Status


def summary(plan: Plan) -> str:
    """Say what the whole plan would bring: "12 practices would lower 3 high risks…"."""
    number = len(plan.items)
    practices = ngettext("%(n)d practice", "%(n)d practices", number) % {"n": number}
    lowered = [
        marks.counted(risk, plan.lowered[risk])
        for risk in (Risk.HIGH, Risk.MEDIUM)
        if plan.lowered[risk]
    ]
    if not lowered:
        return _("No practice would lower what is at risk here.")
    if len(lowered) == 1:
        return _("%(practices)s would lower %(risks)s.") % {
            "practices": practices,
            "risks": lowered[0],
        }
    return _("%(practices)s would lower %(high)s and %(medium)s.") % {
        "practices": practices,
        "high": lowered[0],
        "medium": lowered[1],
    }


def why_now(at: QuestionAtRisk, priorities: Sequence[str]) -> str:
    """Say what put a question at its place: its risk, then its pillar, then the lens's order."""
    words = {
        "risk": marks.WORDS[at.risk],
        "pillar": at.pillar.name,
        "place": at.priority,
        "number": at.question.number,
    }
    if at.priority == 1:
        reason = _("%(risk)s, first of your pillar priorities (%(pillar)s, question %(number)d).")
    elif at.priority:
        reason = _(
            "%(risk)s, number %(place)d of your pillar priorities"
            " (%(pillar)s, question %(number)d)."
        )
    elif priorities:
        reason = _(
            "%(risk)s, after your pillar priorities, in the lens's order"
            " (%(pillar)s, question %(number)d)."
        )
    else:
        reason = _(
            "%(risk)s, in the lens's order (%(pillar)s, question %(number)d):"
            " this workload has no pillar priorities."
        )
    return reason % words


def why_closed(item: ImprovementItem) -> str:
    """Say why an item is not to be done now, or what is known of one whose lens says no more."""
    if item.status == Status.ACCEPTED:
        return _("The risk is accepted for a while.")
    if item.status == Status.DISMISSED:
        return _("Dismissed: %(reason)s") % {"reason": item.reason}
    if item.status != Status.DONE:
        return str(marks.WORDS[Risk(item.risk)])
    return str(_CLOSED[ClosedAs(item.closed_as)])


_CLOSED = {
    ClosedAs.NOT_CLOSED: gettext_lazy("Done."),
    ClosedAs.FOLLOWED: gettext_lazy("The practice is ticked in the review."),
    ClosedAs.RISK_GONE: gettext_lazy("The practice would lower no risk now."),
    ClosedAs.SAID_DONE: gettext_lazy("Said to be done; the review does not say so yet."),
}
