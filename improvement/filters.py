"""A part of a plan: the questions of a risk, a pillar, a lens."""

from __future__ import annotations

from dataclasses import replace

from improvement.plan import Plan, QuestionAtRisk


def part_of(plan: Plan, *, risk: str = "", pillar: str = "", lens: str = "") -> Plan:
    """Return the questions of a plan that are asked for, in its order; an empty value is all.

    ``risk`` is a risk's value, ``pillar`` a pillar's id, ``lens`` the id of a review as text.
    """

    def is_wanted(at: QuestionAtRisk) -> bool:
        return (
            risk in ("", at.risk.value)
            and pillar in ("", at.pillar.id)
            and lens in ("", str(at.review.review_id))
        )

    return replace(plan, questions=tuple(at for at in plan.questions if is_wanted(at)))
