"""Fifty people who answer, edit and read one plan at once, in an installation: prints JSON.

`python -m tests.improvement.crowd`, in the installation's environment. Every person is a thread
with a connection of its own, as every request of the product has one.
"""

import json
import random
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import django

PEOPLE = 50
EDITORS = 6
READERS = 6
TURNS = 6


def gather() -> dict[str, Any]:
    """Let them all loose, then say what stands in the database."""
    from accounts.models import User
    from improvement.models import ImprovementItem, ItemEvent
    from improvement.services.items import edit_item
    from improvement.services.refreshing import refresh_plan_of_review
    from reviews.models import Answer, LensReview
    from tenants.actors import system_actor
    from tenants.context import in_organization
    from tenants.services import create_organization
    from tests.builders import lens_document, make_lens_version, make_review
    from tests.improvement.plans import planned

    person = User.objects.create_user("owner@crowd.example", "quiet", name="Owner")
    organization = create_organization(user_id=person.pk, user_name="Owner", name="Northwind")
    actor = system_actor(organization)
    with in_organization(organization.pk):
        version = make_lens_version(lens_document(pillars=2, questions=4))
        review = make_review(version=version)
        questions = [question.id for question in version.definition.questions]
        for question in questions:
            planned(actor, review, question)
        owned = list(ImprovementItem.objects.order_by("pk"))[::3]
        for each in owned:
            edit_item(
                actor=actor,
                item_id=each.pk,
                expected_revision=each.revision,
                changes={"owner_id": person.pk, "team_effort": 4, "ticket_key": "OPS-1"},
            )
        made = ImprovementItem.objects.count()
    failures = _let_loose(organization, review.pk, questions)
    with in_organization(organization.pk):
        refresh_plan_of_review(review_id=review.pk)
        items = list(ImprovementItem.objects.all())
        keys = Counter((item.question_id, item.choice_id) for item in items)
        kept = ImprovementItem.objects.filter(pk__in=[each.pk for each in owned])
        wanted = {
            (answer.question_id, choice)
            # Two who each took away what the other had ticked leave a question without an answer.
            for answer in Answer.objects.filter(risk__in=["HIGH", "MEDIUM"])
            for choice in version.definition.question(answer.question_id).choice_ids
            if choice not in answer.selected and not choice.endswith("_no")
        }
        left = {(item.question_id, item.choice_id) for item in items if item.is_left}
        events = ItemEvent.objects.values_list("left_items", flat=True)
        return {
            "failures": failures,
            "made": made,
            "items": len(items),
            "duplicates": sum(count > 1 for count in keys.values()),
            "owned": len(owned),
            "owners_kept": kept.filter(owner=person, team_effort=4, ticket_key="OPS-1").count(),
            "left_or_wanted_only": sorted(left ^ wanted),
            "left": len(left),
            "left_by_history": sum(events),
            "revision": LensReview.objects.get().answers_revision,
        }


def _let_loose(organization: Any, review_id: UUID, questions: list[str]) -> list[str]:
    from django.db import connection

    from tenants.context import in_organization

    def person(number: int) -> list[str]:
        failures = []
        act = _editor if number < EDITORS else _reader if number < EDITORS + READERS else _answerer
        chance = random.Random(number)
        for _ in range(TURNS):
            try:
                with in_organization(organization.pk):
                    act(organization, review_id, questions, chance)
            except Exception as error:  # noqa: BLE001 - what it is stands in the report
                failures.append(f"{act.__name__}: {type(error).__name__}: {error}")
        connection.close()
        return failures

    with ThreadPoolExecutor(PEOPLE) as pool:
        return [text for failures in pool.map(person, range(PEOPLE)) for text in failures]


def _answerer(
    organization: Any, review_id: UUID, questions: list[str], chance: random.Random
) -> None:
    from reviews.models import LensReview
    from tenants.actors import system_actor
    from tests.improvement.plans import tick

    review = LensReview.objects.get(pk=review_id)
    practices = [number for number in (1, 2, 3) if chance.random() < 0.5]
    tick(system_actor(organization), review, chance.choice(questions), *practices)


def _reader(
    organization: Any, review_id: UUID, questions: list[str], chance: random.Random
) -> None:
    from improvement.models import ImprovementItem
    from improvement.services.staleness import bring_up_to_date
    from improvement.tasks import refresh_plan
    from reviews.models import LensReview

    if chance.random() < 0.5:
        refresh_plan(organization_id=str(organization.pk), review_ids=[str(review_id)])
    else:
        bring_up_to_date(workload_id=LensReview.objects.get(pk=review_id).workload_id)
    assert ImprovementItem.objects.count() == 3 * len(questions)


def _editor(
    organization: Any, review_id: UUID, questions: list[str], chance: random.Random
) -> None:
    from improvement.models import ImprovementItem
    from improvement.services.items import edit_items
    from tenants.actors import system_actor

    rows = list(ImprovementItem.objects.values_list("pk", "revision"))
    edit_items(
        actor=system_actor(organization),
        revisions=dict(chance.sample(rows, 5)),
        changes={"notes": f"Seen {chance.random()}."},
    )


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps(gather()) + "\n")
