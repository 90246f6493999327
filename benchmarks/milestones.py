"""Two milestones of four lenses, saved and compared. Runs inside an installation."""

import json
import zlib
from typing import Any
from uuid import UUID

from django.urls import reverse

from benchmarks.counting import count_form
from benchmarks.filling import answer_all, answer_each_second_otherwise, publish_lens
from benchmarks.lens import SMALLER_SHAPE, framework_document, lens_document
from benchmarks.measuring import compare as compare_times
from benchmarks.measuring import timed
from reviews.changes import Comparison
from reviews.compare import Definitions, compare
from reviews.models import Answer, LensReview, Milestone
from reviews.selectors_milestones import definitions_of, snapshot_of
from reviews.services.milestones import save_milestone
from reviews.snapshots import Snapshot
from tenants.actors import Actor
from tenants.context import in_organization
from tenants.models import Membership, Organization
from tenants.permissions import Role
from workloads.models import Workload


def measure(*, organization_id: str, session_key: str, rounds: int) -> dict[str, Any]:
    """Return sizes in bytes, times in seconds, and the queries of saving by the page's form."""
    with in_organization(UUID(organization_id)):
        organization = Organization.objects.get()
        member = Membership.objects.select_related("user").get()
        actor = Actor(
            organization=organization,
            user_id=member.user_id,
            name=str(member.user),
            role=Role.OWNER,
        )
        workload = reviewed_workload(actor, "Milestones")
        first = save_milestone(actor=actor, workload_id=workload.pk, name="First")
        answer_each_second_otherwise(actor, workload)
        save_milestone(actor=actor, workload_id=workload.pk, name="Second")
        answers = Answer.objects.filter(review__workload=workload).count()
        times = _compare(workload, rounds)
    address = reverse("milestones", kwargs={"slug": organization.slug, "workload_id": workload.pk})
    queries = count_form(session_key=session_key, path=address, body="name=Third")
    return {
        "answers": answers,
        "stored": len(first.snapshot),
        "plain": len(zlib.decompress(first.snapshot)),
        "queries": queries,
        **times,
    }


def reviewed_workload(actor: Actor, name: str) -> Workload:
    """Return a workload with four lenses, each question of theirs answered.

    ``name``, of the workload and in the lenses' names, is of one benchmark: they share a database.
    """
    documents = [framework_document(f"Framework of {name}")]
    documents += [
        lens_document(f"Service lens {number} of {name}", SMALLER_SHAPE, seed=number)
        for number in (1, 2, 3)
    ]
    workload: Workload = Workload.objects.create(
        name=name, name_key=name.lower(), description="Reviewed through four lenses."
    )
    for place, document in enumerate(documents):
        version = publish_lens(actor, document)
        review: LensReview = LensReview.objects.create(
            workload=workload, lens_id=version.lens_id, lens_version=version, position=place
        )
        answer_all(actor, review, version)
    return workload


def _compare(workload: Workload, rounds: int) -> dict[str, Any]:
    milestones = list(Milestone.objects.filter(workload=workload).order_by("number"))
    texts = [zlib.decompress(milestone.snapshot) for milestone in milestones]
    before, after = map(snapshot_of, milestones)
    definitions = definitions_of(before, after)
    times = compare_times(
        timed(lambda: [json.loads(text) for text in texts]),
        timed(lambda: _to_the_last_choice(before, after, definitions)),
        rounds=rounds,
        times=5,
    )
    comparison = _to_the_last_choice(before, after, definitions)
    changes = sum(len(lens.questions) for lens in comparison.lenses)
    return {
        "changes": changes,
        "compare": times.value,
        "parse": times.floor,
        "ratio": times.ratio,
    }


def _to_the_last_choice(before: Snapshot, after: Snapshot, definitions: Definitions) -> Comparison:
    """Compare, and ask for all that the page shows: some of it is worked out when asked for."""
    comparison = compare(before, after, definitions)
    for lens in comparison.lenses:
        for question in lens.questions:
            for name in ("verdict", "choices", "notes", "reason", "is_by_the_lens"):
                getattr(question, name)
    return comparison
