"""Rows that tests begin with, made without a service: a lens, a workload, a review.

Call them with an organisation bound.
"""

from functools import cache
from itertools import count
from typing import Any
from uuid import UUID

from common.clock import now
from lenses.definition import LensDefinition
from lenses.models import Lens, LensVersion
from lenses.schema import canonical, read_document, sha256
from reviews.models import LensReview
from tenants.context import current_organization_id, in_catalogue
from tests.postgres import as_table_owner
from workloads.models import Workload

_PILLARS = ("Keeping it running", "Keeping it safe", "Keeping it within means", "Keeping it fast")
_numbers = count(1)


def lens_document(
    *, name: str = "Test lens", pillars: int = 2, questions: int = 3, choices: int = 4
) -> dict[str, Any]:
    """Return a valid document: ``questions`` a pillar, ``choices`` a question.

    Ids are ``pillar_1``, ``pillar_1_question_2``, ``pillar_1_question_2_choice_3``; the last
    choice is "None of these" and ends in ``_no``. All practices ticked is no risk, the first half
    (at least one) is medium, anything else high.
    """
    return {
        "schemaVersion": "2021-11-01",
        "name": name,
        "description": f"{name}: questions that only tests ask.",
        "pillars": [_pillar(number, questions, choices) for number in range(1, pillars + 1)],
    }


def _pillar(number: int, questions: int, choices: int) -> dict[str, Any]:
    pillar_id = f"pillar_{number}"
    return {
        "id": pillar_id,
        "name": _PILLARS[number - 1] if number <= len(_PILLARS) else f"Pillar {number}",
        "questions": [_question(pillar_id, place, choices) for place in range(1, questions + 1)],
    }


def _question(pillar_id: str, number: int, choices: int) -> dict[str, Any]:
    question_id = f"{pillar_id}_question_{number}"
    practices = [f"{question_id}_choice_{place}" for place in range(1, choices)]
    half = practices[: max(1, len(practices) // 2)]
    rules = [
        {"condition": " && ".join(practices), "risk": "NO_RISK"},
        {"condition": " && ".join(half), "risk": "MEDIUM_RISK"},
        {"condition": "default", "risk": "HIGH_RISK"},
    ]
    return {
        "id": question_id,
        "title": f"How do you care for part {number}?",
        "description": "Parts that nobody cares for fail when it is least convenient.",
        "choices": [
            {
                "id": practice,
                "title": f"Practice {place} of part {number}",
                "helpfulResource": {"displayText": "What the practice is."},
                "improvementPlan": {"displayText": "Begin with the part that failed last."},
            }
            for place, practice in enumerate(practices, start=1)
        ]
        + [{"id": f"{question_id}_no", "title": "None of these"}],
        "riskRules": rules if practices else rules[2:],
    }


def make_lens_version(
    document: dict[str, Any] | None = None,
    *,
    version: str = "1.0",
    built_in: bool = False,
    lens: Lens | None = None,
    **columns: Any,
) -> LensVersion:
    """Return a published version of a lens: of ``lens``, or of a new one of the bound organisation.

    A built-in lens belongs to nobody. ``columns``: kind, predecessor, renames…
    """
    if document is None:
        document = lens_document(name=f"Test lens {next(_numbers)}")
    if built_in:
        with in_catalogue(), as_table_owner():
            return _insert_version(document, version, lens, columns, owner_id=None)
    return _insert_version(document, version, lens, columns, owner_id=current_organization_id())


@cache
def _definition(text: str) -> LensDefinition:
    return read_document(text).definition


def _insert_version(
    document: dict[str, Any],
    version: str,
    lens: Lens | None,
    columns: dict[str, Any],
    *,
    owner_id: UUID | None,
) -> LensVersion:
    text = canonical(document)
    definition = _definition(text)
    lens = lens or Lens.objects.create(
        organization_id=owner_id,
        name=definition.name,
        name_key="".join(sign for sign in definition.name.lower() if sign.isalnum()),
        alias="" if owner_id else f"test-built-in-{next(_numbers)}",
    )
    published: LensVersion = LensVersion.objects.create(
        organization_id=owner_id,
        lens=lens,
        version=version,
        document=text,
        sha256=sha256(text),
        description=definition.description,
        question_count=len(definition.questions),
        choice_count=sum(len(question.choices) for question in definition.questions),
        **{"status": LensVersion.Status.PUBLISHED, "published_at": now(), **columns},
    )
    return published


def make_workload(name: str = "Payments") -> Workload:
    """Return a new workload without a lens."""
    workload: Workload = Workload.objects.create(
        name=name,
        name_key="".join(name.lower().split()),
        description=f"{name}, as only tests know it.",
        review_owner="Owner",
    )
    return workload


def make_review(workload: Workload | None = None, version: LensVersion | None = None) -> LensReview:
    """Return a review of a workload through a lens, both new unless given, nothing answered."""
    workload = workload or make_workload()
    version = version or make_lens_version()
    review: LensReview = LensReview.objects.create(
        workload=workload,
        lens=version.lens,
        lens_version=version,
        position=LensReview.objects.filter(workload=workload).count(),
    )
    return review
