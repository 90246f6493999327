"""What stands in an installation before anything is measured. Runs inside it."""

import json
from dataclasses import asdict
from itertools import count
from typing import Any
from uuid import UUID

from django.test import Client

from accounts.models import User
from benchmarks.filled import Filled
from benchmarks.lens import framework_document
from lenses.definition import Question
from lenses.models import LensVersion
from lenses.services import import_lens, publish_version
from reviews.merge import AnswerState
from reviews.models import Answer, LensReview, ReviewSummary
from reviews.selectors import count_by_pillar
from reviews.services.answers import answer_question
from reviews.services.summaries import refresh_review_summary
from tenants import audit
from tenants.actors import Actor
from tenants.context import in_organization
from tenants.models import AuditEvent, Membership
from tenants.permissions import Role
from tenants.services import create_organization
from workloads.models import Workload, WorkloadTag

_EMAIL = "owner@benchmark.example"
_ANSWERS_OF_OTHERS = 5
_BATCH = 1_000
_NOTE = "Agreed with the team; the rest follows in the next quarter."


def fill(*, workloads: int) -> dict[str, Any]:
    """Make an organisation with so many workloads, one of them reviewed to the last question.

    The others are rows written directly: a review each with five answers and their summary, a tag
    and an audit event.
    """
    owner = User.objects.create_user(_EMAIL, "only for benchmarks", name="Owner")
    organization = create_organization(
        user_id=owner.pk, user_name=str(owner), name=f"Organisation of {workloads}"
    )
    actor = Actor(organization=organization, user_id=owner.pk, name=str(owner), role=Role.OWNER)
    with in_organization(organization.pk):
        version = publish_lens(actor, framework_document())
        reviews = _insert_workloads(version, workloads)
        _insert_events(actor, [review.workload for review in reviews[1:]])
        first = reviews[0]
        answer_all(actor, first, version)
        answer_some(reviews[1:], version)
    client = Client()
    client.force_login(owner)
    filled = Filled(
        organization_id=str(organization.pk),
        slug=organization.slug,
        session_key=client.cookies["sessionid"].value,
        workload_id=str(first.workload_id),
        review_id=str(first.pk),
        questions={
            question.id: list(practices(question)) for question in version.definition.questions
        },
        workloads=workloads,
    )
    return asdict(filled)


def publish_lens(actor: Actor, document: dict[str, Any]) -> LensVersion:
    """Import and publish a lens of the bound organisation."""
    draft = import_lens(actor=actor, text=json.dumps(document))
    return publish_version(actor=actor, lens_id=draft.lens_id, version="1.0")


def practices(question: Question) -> tuple[str, ...]:
    """Return the ids of a question's choices without "None of these"."""
    return tuple(choice.id for choice in question.choices if not choice.is_none_of_these)


def answer_all(
    actor: Actor, review: LensReview, version: LensVersion, *, note_each: int = 10
) -> None:
    """Answer every question through the service; each ``note_each``-th with a note."""
    for place, question in enumerate(version.definition.questions):
        ids = practices(question)
        notes = _NOTE if place % note_each == 0 else ""
        answer_question(
            actor=actor,
            review_id=review.pk,
            question_id=question.id,
            state=AnswerState(selected=frozenset(ids[: place % (len(ids) + 1)]), notes=notes),
            expected_revision=0,
        )
    refresh_review_summary(review_id=review.pk)


def answer_each_second_otherwise(actor: Actor, workload: Workload) -> None:
    """Take the ticks back, with another note, in every second answer of a workload's reviews."""
    answers = Answer.objects.filter(review__workload=workload).order_by("review", "question_id")
    for answer in list(answers)[::2]:
        answer_question(
            actor=actor,
            review_id=answer.review_id,
            question_id=answer.question_id,
            state=AnswerState(notes="Begun again after the reorganisation."),
            expected_revision=answer.revision,
        )


def _insert_workloads(version: LensVersion, number: int) -> list[LensReview]:
    workloads = [
        Workload(
            name=f"Service {place:05d}",
            name_key=f"service{place:05d}",
            description=f"What team {place % 200} runs, as number {place}.",
            review_owner=f"Team {place % 200}",
        )
        for place in range(number)
    ]
    reviews = [
        LensReview(
            workload=workload,
            lens_id=version.lens_id,
            lens_version=version,
            # The first is answered by the service, which counts by itself.
            answers_revision=_ANSWERS_OF_OTHERS if place else 0,
        )
        for place, workload in enumerate(workloads)
    ]
    Workload.objects.bulk_create(workloads, batch_size=_BATCH)
    WorkloadTag.objects.bulk_create(
        [WorkloadTag(workload=each, key="team", value=each.review_owner) for each in workloads],
        batch_size=_BATCH,
    )
    LensReview.objects.bulk_create(reviews, batch_size=_BATCH)
    return reviews


def _insert_events(actor: Actor, workloads: list[Workload]) -> None:
    last = AuditEvent.objects.order_by("-sequence").first()
    assert last is not None  # the organisation's own creation
    previous, numbers, events = last.hash, count(last.sequence + 1), []
    for workload in workloads:
        event = AuditEvent(
            sequence=next(numbers),
            at=workload.created_at,
            actor_id=actor.user_id,
            actor_name=actor.name,
            verb="workload.created",
            object_type="workloads.workload",
            object_id=str(workload.pk),
            object_name=workload.name,
            after={"name": workload.name},
            previous_hash=previous,
        )
        event.hash = previous = audit.event_hash(event)
        events.append(event)
    AuditEvent.objects.bulk_create(events, batch_size=_BATCH)


def answer_some(reviews: list[LensReview], version: LensVersion) -> None:
    """Insert a few answers of each review, with the summaries that Celery would have made."""
    questions = version.definition.questions[:_ANSWERS_OF_OTHERS]
    states = {question.id: practices(question)[:2] for question in questions}
    risks = {question.id: question.risk(states[question.id]) for question in questions}
    counts = count_by_pillar(version.definition, risks)
    for begin in range(0, len(reviews), _BATCH):
        batch = reviews[begin : begin + _BATCH]
        Answer.objects.bulk_create(
            Answer(review=review, question_id=key, selected=list(ids), risk=risks[key], revision=1)
            for review in batch
            for key, ids in states.items()
        )
        ReviewSummary.objects.bulk_create(
            ReviewSummary(
                review=review,
                pillar_id=pillar_id,
                answers_revision=review.answers_revision,
                **{risk.name.lower(): found for risk, found in pillar.items()},
            )
            for review in batch
            for pillar_id, pillar in counts.items()
        )


def add_people(*, organization_id: str, number: int) -> list[str]:
    """Add so many contributors, signed in, and return the keys of their sessions."""
    keys = []
    with in_organization(UUID(organization_id)):
        for place in range(number):
            person = User(email=f"person-{place}@benchmark.example", name=f"Person {place:03}")
            # Nobody signs in by a password, and hashing 300 of them would take a minute.
            person.set_unusable_password()
            person.save()
            Membership.objects.create(user=person, role=Role.CONTRIBUTOR)
            client = Client()
            client.force_login(person)
            keys.append(client.cookies["sessionid"].value)
    return keys
