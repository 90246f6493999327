"""A review on paper: as it was answered, or blank, to be filled in by hand."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from common.risk import Risk
from lenses.definition import LensDefinition, Pillar, Question
from reviews.answer_form import ChoiceRow, choice_rows
from reviews.merge import AnswerState
from reviews.models import LensReview
from reviews.selectors import count_by_pillar, load_review, progress, total
from reviews.selectors_milestones import answers_of
from reviews.snapshots import UNANSWERED, AnsweredQuestion
from tenants.access import organization_view
from tenants.http import OrganizationRequest
from tenants.permissions import Permission
from workloads.selectors import load_workload


@dataclass(frozen=True, slots=True)
class PaperQuestion:
    """One question as it stands on paper."""

    question: Question
    state: AnswerState
    risk: Risk
    rows: list[ChoiceRow]


@dataclass(frozen=True, slots=True)
class PaperPillar:
    """One pillar as it stands on paper."""

    pillar: Pillar
    notes: str
    questions: list[PaperQuestion]


@require_safe
@organization_view(Permission.VIEW)
def paper(request: OrganizationRequest, workload_id: UUID, review_id: UUID) -> HttpResponse:
    """Show all questions of a review for printing; ``?blank`` leaves out what was answered."""
    workload = load_workload(workload_id)
    review = load_review(workload_id, review_id)
    definition = review.lens_version.definition
    is_blank = "blank" in request.GET
    answers = {} if is_blank else answers_of(review)
    risks = {question_id: answer.risk for question_id, answer in answers.items()}
    counts = total(count_by_pillar(definition, risks).values())
    context = {
        "workload": workload,
        "review": review,
        "definition": definition,
        "is_blank": is_blank,
        "pillars": list(_pillars(definition, review, answers, is_blank)),
        "counts": counts,
        "progress": progress(counts),
    }
    return render(request, "reviews/print.html", context)


def _pillars(
    definition: LensDefinition,
    review: LensReview,
    answers: dict[str, AnsweredQuestion],
    is_blank: bool,
) -> Iterator[PaperPillar]:
    for pillar in definition.pillars:
        notes = "" if is_blank else review.pillar_notes.get(pillar.id, "")
        entries = (
            (question, answers.get(question.id, UNANSWERED)) for question in pillar.questions
        )
        yield PaperPillar(pillar, notes, [_question(*entry) for entry in entries])


def _question(question: Question, answer: AnsweredQuestion) -> PaperQuestion:
    return PaperQuestion(
        question, answer.state, answer.risk, choice_rows(question, answer.state, {})
    )
