"""A version may give a question the id of one that is gone: what was said is never mixed up."""

from typing import Any

from reviews.models import Assignment, Comment, CommentsRead, Evidence
from reviews.services.upgrades import undo_upgrade, upgrade_review
from tenants.models import Organization
from tests.builders import lens_document, make_lens_version, make_review
from tests.conftest import Cast
from tests.reviews.versions import OTHER, QUESTION, A, B, C, next_version, question_of

RENAMES = {QUESTION: OTHER, f"{QUESTION}.{B}": A}


def take_over(document: dict[str, Any]) -> None:
    """The second question goes and the first has its id; so have practices A and B."""
    del document["pillars"][0]["questions"][1]
    question = question_of(document)
    question["id"] = OTHER
    del question["choices"][0]
    question["choices"][0]["id"] = A
    question["riskRules"] = [
        {"condition": f"{A} && {C}", "risk": "NO_RISK"},
        {"condition": "default", "risk": "HIGH_RISK"},
    ]


def places() -> dict[str, set[tuple[str, ...]]]:
    """Where each thing stands, by what it was about."""
    return {
        "comments": set(Comment.objects.values_list("text", "question_id")),
        "assignments": set(Assignment.objects.values_list("by_name", "question_id")),
        "read": set(CommentsRead.objects.values_list("user__email", "question_id")),
        "evidence": set(Evidence.objects.values_list("title", "question_id", "choice_id")),
    }


def test_what_was_said_about_the_one_is_not_said_about_the_other(
    cast: Cast, in_northwind: Organization
) -> None:
    review = make_review(version=make_lens_version(lens_document(name="Taking over")))
    for question, person in ((QUESTION, cast.lead), (OTHER, cast.contributor)):
        Comment.objects.create(review=review, question_id=question, text=question)
        CommentsRead.objects.create(review=review, question_id=question, user=person)
        Assignment.objects.create(
            review=review, question_id=question, assignee=person, by_name=question
        )
    for question, choice in ((QUESTION, A), (QUESTION, B), (QUESTION, ""), (OTHER, "")):
        Evidence.objects.create(
            review=review,
            question_id=question,
            choice_id=choice,
            kind="link",
            title=f"{question} {choice}",
        )
    before = places()
    after = next_version(review.lens_version, take_over, kind="major", renames=RENAMES)
    upgrade = upgrade_review(
        actor=cast.actor("lead"),
        review_id=review.pk,
        to_version_id=after.pk,
        milestone_name="Before",
    )
    assert places() == {
        "comments": {(QUESTION, OTHER), (OTHER, QUESTION)},
        "assignments": {(QUESTION, OTHER), (OTHER, QUESTION)},
        "read": {(cast.lead.email, OTHER), (cast.contributor.email, QUESTION)},
        "evidence": {
            (f"{QUESTION} {A}", OTHER, B),
            (f"{QUESTION} {B}", OTHER, A),
            (f"{QUESTION} ", OTHER, ""),
            (f"{OTHER} ", QUESTION, ""),
        },
    }
    undo_upgrade(actor=cast.actor("lead"), upgrade_id=upgrade.pk)
    assert places() == before


def test_what_was_said_about_a_gone_question_is_not_said_about_a_new_one(
    cast: Cast, in_northwind: Organization
) -> None:
    def rename_and_add(document: dict[str, Any]) -> None:
        first, second = document["pillars"][0]["questions"][:2]
        first["id"], second["id"] = OTHER, QUESTION

    review = make_review(version=make_lens_version(lens_document(name="Taking over")))
    for question in (QUESTION, OTHER):
        Comment.objects.create(review=review, question_id=question, text=question)
    before = places()
    after = next_version(
        review.lens_version, rename_and_add, kind="major", renames={QUESTION: OTHER}
    )
    upgrade = upgrade_review(
        actor=cast.actor("lead"),
        review_id=review.pk,
        to_version_id=after.pk,
        milestone_name="Before",
    )
    assert Comment.objects.get(question_id=OTHER).text == QUESTION
    assert not Comment.objects.filter(question_id=QUESTION).exists()
    undo_upgrade(actor=cast.actor("lead"), upgrade_id=upgrade.pk)
    assert places() == before
