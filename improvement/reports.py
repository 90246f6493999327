"""Reports with the plan in them: on a workload, on one of its lenses, and the plan itself."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from improvement.models import ImprovementItem, RiskAcceptance
from improvement.plan import Plan, QuestionAtRisk
from improvement.rows import item_rows
from improvement.selectors import plan_of
from improvement.selectors_items import items_of_workload
from improvement.services.staleness import bring_up_to_date
from improvement.statuses import SHOWN, Status
from improvement.wording import summary, why_now
from lenses.definition import Choice
from lenses.ways import Step
from reviews.models import LensReview
from reviews.reports.content import (
    PaperLens,
    latest_snapshot,
    paper_lenses,
    pillar_radar,
    risk_trend,
)
from reviews.reports.kinds import ReportContext, Scope
from reviews.reports.paper import pdf_kind
from reviews.selectors import progress, reviews_of, summaries, total
from workloads.models import Workload
from workloads.selectors import tags_of

_MOST_RADARS: Final = 3


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One practice in the plan's order; ``anchor`` is where its question stands in the report.

    ``acceptance`` is that of an item whose risk is accepted.
    """

    place: int
    at: QuestionAtRisk
    step: Step
    lens_name: str
    anchor: str
    item: ImprovementItem
    acceptance: RiskAcceptance | None = None


@dataclass(frozen=True, slots=True)
class PlanGroup:
    """One question of the plan with why it stands where it does, and its practices to follow."""

    at: QuestionAtRisk
    why: str
    lens_name: str
    anchor: str
    rows: Sequence[PlanRow] = ()


def _names(reviews: Sequence[LensReview]) -> dict[UUID, str]:
    """Return the lenses' names by review; empty ones where there is but one lens."""
    if len(reviews) == 1:
        return {reviews[0].pk: ""}
    return {review.pk: review.lens_version.definition.name for review in reviews}


def _rows(
    workload: Workload,
    reviews: Sequence[LensReview],
    anchors: dict[tuple[UUID, str], str],
) -> list[PlanRow]:
    """Return the items whose risk is there, in the plan's order, as the plan's page shows them.

    What somebody said is done, or dismissed, is not among them.
    """
    names = _names(reviews)
    items = items_of_workload(workload.pk).filter(status__in=SHOWN, review__in=names)
    found = item_rows(items, {workload.pk: workload}, reviews)
    wanted = [(row, row.at, row.step) for row in found if row.at and row.step]
    return [
        PlanRow(
            place=place,
            at=at,
            step=step,
            lens_name=names[row.item.review_id],
            anchor=anchors[row.item.review_id, row.item.question_id],
            item=row.item,
            acceptance=row.acceptance if row.item.status == Status.ACCEPTED else None,
        )
        for place, (row, at, step) in enumerate(wanted, start=1)
    ]


def _lowering(plan: Plan) -> dict[tuple[UUID, str], list[Choice]]:
    return {
        (at.review.review_id, at.question.id): [step.choice for step in at.steps]
        for at in plan.questions
    }


# --- A workload, or one of its lenses -------------------------------------------------------------
def _read_workload(context: ReportContext) -> dict[str, Any]:
    workload = context.subject
    return _read_reviews(workload, reviews_of(workload.pk))


def _read_lens(context: ReportContext) -> dict[str, Any]:
    return _read_reviews(context.subject, [context.lens_review])


def _read_reviews(workload: Workload, reviews: list[LensReview]) -> dict[str, Any]:
    bring_up_to_date(workload_id=workload.pk)
    lenses = paper_lenses(reviews)
    counts = total(lens.counts for lens in lenses)
    plan = plan_of(workload, reviews)
    is_whole = len(reviews) == len(reviews_of(workload.pk))
    latest = latest_snapshot(workload)
    radars = [
        (lens.definition.name, chart)
        for lens in lenses
        if (chart := pillar_radar(lens, latest[1] if latest else None))
    ][:_MOST_RADARS]
    return {
        "subject": workload.name,
        "about": workload.description,
        "contents": _contents(lenses),
        "workload": workload,
        "tags": tags_of(workload),
        "lenses": lenses,
        "is_single": len(lenses) == 1,
        "counts": counts,
        "progress": progress(counts),
        "trend": risk_trend(workload, counts, None if is_whole else reviews[0].lens_id),
        "radars": radars[:1],
        "more_radars": radars[1:],
        "before_name": latest[0].name if latest else "",
        "plan_rows": _rows(workload, reviews, _anchors(lenses)),
        "plan_summary": summary(plan),
        "lowering": _lowering(plan),
    }


def _anchors(lenses: Sequence[PaperLens]) -> dict[tuple[UUID, str], str]:
    return {
        (lens.review.pk, entry.question.id): f"{part.anchor}-{entry.question.number}"
        for lens in lenses
        for part in lens.pillars
        for entry in part.questions
    }


def _contents(lenses: Sequence[PaperLens]) -> list[tuple[str, str, int]]:
    found = [("summary", _("Summary"), 1)]
    if len(lenses) != 1:
        found.append(("by-pillar", _("By lens and pillar"), 1))
    for lens in lenses:
        if lens.pillars:
            found.append((lens.pillars[0].anchor, lens.definition.name, 1))
        found += [(part.anchor, part.pillar.name, 2) for part in lens.pillars]
    found.append(("plan", _("Improvement plan"), 1))
    found.append(("answers", _("Appendix: answers and notes"), 1))
    return found


# --- The plan -------------------------------------------------------------------------------------
def _read_plan(context: ReportContext) -> dict[str, Any]:
    workload = context.subject
    bring_up_to_date(workload_id=workload.pk)
    reviews = reviews_of(workload.pk)
    plan = plan_of(workload, reviews)
    names = _names(reviews)
    anchors = {
        (at.review.review_id, at.question.id): f"question-{place}"
        for place, at in enumerate(plan.questions)
    }
    rows = _rows(workload, reviews, anchors)
    by_question: dict[tuple[UUID, str], list[PlanRow]] = defaultdict(list)
    for row in rows:
        by_question[row.item.review_id, row.item.question_id].append(row)
    groups = [
        PlanGroup(
            at=at,
            why=why_now(at, workload.pillar_priorities),
            lens_name=names[at.review.review_id],
            anchor=anchors[at.review.review_id, at.question.id],
            rows=by_question[at.review.review_id, at.question.id],
        )
        for at in plan.questions
    ]
    counts = total(total(found.values()) for found in summaries(reviews).values())
    with_steps = [group for group in groups if group.rows]
    stuck = [group for group in groups if not group.at.steps]
    contents = [("summary", _("Summary"), 1)]
    contents += [("practices", _("How to follow the practices"), 1)] if with_steps else []
    contents += [("stuck", _("What practices alone do not lower"), 1)] if stuck else []
    return {
        "subject": workload.name,
        "about": workload.description,
        "contents": contents,
        "workload": workload,
        "counts": counts,
        "progress": progress(counts),
        "plan_summary": summary(plan),
        "plan_rows": rows,
        "groups": with_steps,
        "stuck": stuck,
    }


WORKLOAD_PDF: Final = pdf_kind(
    key="workload-pdf",
    label=gettext_lazy("Workload report"),
    description=gettext_lazy(
        "A summary with charts, a page a pillar, the plan, and all answers and notes."
    ),
    scope=Scope.WORKLOAD,
    template="workload.html",
    read=_read_workload,
)

LENS_PDF: Final = pdf_kind(
    key="lens-pdf",
    label=gettext_lazy("Lens report"),
    description=gettext_lazy("The same, about one of the workload's lenses."),
    scope=Scope.LENS,
    template="workload.html",
    read=_read_lens,
)

PLAN_PDF: Final = pdf_kind(
    key="plan-pdf",
    label=gettext_lazy("Improvement plan"),
    description=gettext_lazy("What to do, in which order, who does it by when, and how."),
    scope=Scope.WORKLOAD,
    template="plan.html",
    read=_read_plan,
)
