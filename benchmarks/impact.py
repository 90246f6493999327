"""What a draft does to the reviews of an organisation, measured. Runs inside an installation."""

import json
import resource
import time
from typing import Any
from uuid import UUID

from benchmarks.filling import practices, publish_lens
from benchmarks.lens import framework_document
from lenses.models import LensVersion
from lenses.services import import_lens
from reviews.models import Answer, LensReview
from reviews.services.impact import begin_measuring
from tenants.actors import system_actor
from tenants.context import in_organization
from tenants.models import Organization
from workloads.models import Workload

_BATCH = 500
_NOTE = "Agreed with the team; the rest follows in the next quarter."


def measure(*, organization_id: str, reviews: int) -> dict[str, Any]:
    """Return the seconds of measuring a draft that judges every question otherwise.

    Every question of every review is answered. The floor reads the same answers and does nothing
    with them. Each chunk is bound as the job does it; ``memory`` is what the peak grew by, in MB.
    """
    owner = UUID(organization_id)
    with in_organization(owner):
        version, draft = _versions(Organization.objects.get())
        answers = _insert_reviews(version, reviews)
        floor = _read(version)
    before = _peak()
    began = time.perf_counter()
    with in_organization(owner):
        measuring = begin_measuring(draft, {})
    is_left = True
    while is_left:
        with in_organization(owner):
            is_left = measuring.next_chunk()
    seconds = time.perf_counter() - began
    return {
        "seconds": seconds,
        "floor": floor,
        "answers": answers,
        "touched": measuring.impact.touched,
        "memory": _peak() - before,
    }


def _versions(organization: Organization) -> tuple[LensVersion, LensVersion]:
    actor = system_actor(organization)
    document = framework_document("Framework of the impact")
    version = publish_lens(actor, document)
    for pillar in document["pillars"]:
        for question in pillar["questions"]:
            question["riskRules"].reverse()
            question["riskRules"] = question["riskRules"][1:]
    return version, import_lens(actor=actor, text=json.dumps(document))


def _insert_reviews(version: LensVersion, number: int) -> int:
    answered = [
        (question, practices(question), place)
        for place, question in enumerate(version.definition.questions)
    ]
    for begin in range(0, number, _BATCH):
        workloads = [
            Workload(name=f"Judged {n}", name_key=f"judged{n}", description="Answered in full.")
            for n in range(begin, min(begin + _BATCH, number))
        ]
        Workload.objects.bulk_create(workloads)
        reviews = [
            LensReview(workload=each, lens_id=version.lens_id, lens_version=version)
            for each in workloads
        ]
        LensReview.objects.bulk_create(reviews)
        Answer.objects.bulk_create(
            Answer(
                review=review,
                question_id=question.id,
                # As different as teams are: every subset of the practices comes up.
                selected=[each for bit, each in enumerate(ids) if (nth * 7 + place) >> bit & 1],
                notes=_NOTE if (nth + place) % 10 == 0 else "",
                revision=1,
            )
            for nth, review in enumerate(reviews, start=begin)
            for question, ids, place in answered
        )
    return number * len(answered)


def _read(version: LensVersion) -> float:
    began = time.perf_counter()
    rows = Answer.objects.filter(review__lens_version=version)
    for _row in rows.values_list("review", "question_id", "selected").iterator(chunk_size=5_000):
        pass
    return time.perf_counter() - began


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
