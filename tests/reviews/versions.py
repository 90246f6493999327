"""What the tests of lens versions do again and again: a lens, its next version, a review."""

from collections.abc import Callable
from contextlib import nullcontext
from copy import deepcopy
from typing import Any

from lenses.models import LensVersion
from reviews.merge import AnswerState
from reviews.models import Answer, AnswerChange, LensReview
from reviews.services.answers import state_of
from tenants.context import in_catalogue
from tests.builders import lens_document, make_lens_version
from tests.postgres import as_table_owner

QUESTION, OTHER, GONE = (f"pillar_1_question_{number}" for number in (1, 2, 3))
A, B, C = (f"{QUESTION}_choice_{number}" for number in (1, 2, 3))
RENAMED = "renamed_question"

Edit = Callable[[dict[str, Any]], None]


def question_of(document: dict[str, Any], place: int = 0) -> dict[str, Any]:
    question: dict[str, Any] = document["pillars"][0]["questions"][place]
    return question


def loosen(document: dict[str, Any]) -> None:
    """One practice of the first question is enough now: what was a medium risk is none."""
    question_of(document)["riskRules"][0]["condition"] = A


def reword(document: dict[str, Any]) -> None:
    question_of(document)["title"] = "How do you care for it now?"


def rebuild(document: dict[str, Any]) -> None:
    """A major change: one question gone, one renamed, one choice gone, one question new."""
    questions = document["pillars"][0]["questions"]
    del questions[2]
    questions.append({**deepcopy(questions[1]), "id": "new_question", "title": "What is new?"})
    question = questions[0]
    question["id"] = RENAMED
    del question["choices"][2]
    question["riskRules"] = [
        {"condition": f"{A} && {B}", "risk": "NO_RISK"},
        {"condition": "default", "risk": "HIGH_RISK"},
    ]


RENAMES = {QUESTION: RENAMED}


def next_version(
    before: LensVersion,
    *edits: Edit,
    version: str = "1.1",
    kind: str = "minor",
    renames: dict[str, str] | None = None,
) -> LensVersion:
    """Publish the next version of a lens, as the service does it."""
    document = lens_document(name=before.definition.name)
    for edit in edits:
        edit(document)
    is_built_in = before.organization_id is None
    with in_catalogue() if is_built_in else nullcontext(), as_table_owner():
        LensVersion.objects.filter(pk=before.pk).update(status=LensVersion.Status.SUPERSEDED)
    return make_lens_version(
        document,
        version=version,
        built_in=is_built_in,
        lens=before.lens,
        kind=kind,
        predecessor=before,
        renames=renames or {},
    )


def states(review: LensReview) -> dict[str, AnswerState]:
    """What is said in a review, by question; what was emptied is not said."""
    rows = Answer.objects.filter(review=review)
    return {row.question_id: state_of(row) for row in rows if state_of(row) != AnswerState()}


def everything(review: LensReview) -> list[dict[str, Any]]:
    """All that the answers of a review hold but the count of their revisions."""
    review.refresh_from_db()
    known = [question.id for question in review.lens_version.definition.questions]
    rows = Answer.objects.filter(review=review, question_id__in=known).order_by("question_id")
    return list(
        rows.values(
            *("question_id", "selected", "choice_details", "is_applicable", "reason", "notes"),
            *("risk", "updated_at", "updated_by"),
        )
    )


def history_is_whole(review: LensReview) -> bool:
    """Whether each answer's history counts up to its revision and ends in what it says."""
    for answer in Answer.objects.filter(review=review):
        changes = list(AnswerChange.objects.filter(answer=answer).order_by("revision"))
        if [change.revision for change in changes] != list(range(1, answer.revision + 1)):
            return False
        last = changes[-1].state
        if any(getattr(answer, name) != value for name, value in last.items()):
            return False
    return True
