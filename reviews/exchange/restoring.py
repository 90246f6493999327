"""Making a workload of the JSON that another organisation or server wrote."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from common.errors import InvalidDocument
from common.names import name_key
from common.problems import Problem
from lenses.models import LensVersion
from lenses.services import import_lens, publish_version
from reviews.exchange.checking import Examined, examine, snapshot_from
from reviews.exchange.document import ReviewPart, WorkloadDocument
from reviews.exchange.parts import part_named
from reviews.merge import risk_of, state_from
from reviews.models import Answer, AnswerChange, Evidence, LensReview, Milestone
from reviews.services.summaries import refresh_review_summaries
from reviews.snapshots import BrokenSnapshot, as_counts, as_lens_counts, pack
from tenants import audit
from tenants.actors import Actor
from tenants.permissions import Permission
from tenants.transactions import writing
from workloads.models import Workload
from workloads.services import create_workload


def import_workload(*, actor: Actor, document: WorkloadDocument, name: str = "") -> Workload:
    """Make a workload with all that its JSON holds: reviews, answers, links, milestones, parts.

    All or nothing. ``name`` replaces the one of the file. Who answered or saved something is kept
    as a name only, whoever imports it is in the audit log. Lens versions are matched by their
    SHA-256; those of a lens that the organisation does not have are imported and published, which
    needs MANAGE_LENSES. Raises Forbidden; InvalidDocument with every problem at its path; Conflict
    with the field ``name`` when it is taken; LimitExceeded.
    """
    actor.require(Permission.MANAGE_WORKLOADS)
    actor.require(Permission.SAVE_MILESTONES)
    with writing():
        examined = examine(actor, document)
        properties = examined.properties
        if name.strip():
            properties = replace(properties, name=name)
        # Lenses first: they lock rows, which whoever has written to the audit log must not.
        versions = _lens_versions(actor, examined)
        workload = create_workload(actor=actor, properties=properties, tags=examined.tags)
        reviews = _reviews(workload, document, versions)
        for part in document.reviews:
            _restore_review(reviews[part.lens], part)
        _restore_milestones(workload, document, versions)
        for key, value in document.parts.items():
            found = part_named(key)
            assert found is not None  # noqa: S101 - the examination refused unknown ones
            found.restore(actor, workload, reviews, value)
        audit.record(
            actor=actor,
            verb="workload.imported",
            target=workload,
            after={
                "from": document.exported.organization,
                "exported_at": document.exported.at,
                "reviews": len(reviews),
                "answers": examined.answer_count,
                "milestones": len(document.milestones),
                "lenses_made": [lens.key for lens in examined.new_lenses],
            },
        )
        # It is in the portfolio from now on.
        refresh_review_summaries(review_ids=[review.pk for review in reviews.values()])
    return workload


def _lens_versions(actor: Actor, examined: Examined) -> dict[str, LensVersion]:
    versions: dict[str, LensVersion] = {}
    made: set[str] = set()
    for lens in examined.document.lenses:
        found = examined.versions[lens.key]
        if found is None:
            draft = import_lens(actor=actor, text=json.dumps(lens.document, ensure_ascii=False))
            found = publish_version(
                actor=actor,
                lens_id=draft.lens_id,
                version=lens.version,
                kind=lens.kind,
                notes=lens.notes,
                # The first of a lens has nothing before it that it could rename.
                renames=lens.renames if lens.name in made else {},
            )
            made.add(lens.name)
        versions[lens.key] = found
    return versions


def _reviews(
    workload: Workload, document: WorkloadDocument, versions: Mapping[str, LensVersion]
) -> dict[str, LensReview]:
    reviews = {
        part.lens: LensReview(
            workload=workload,
            lens_id=versions[part.lens].lens_id,
            lens_version=versions[part.lens],
            position=position,
            notes=part.notes,
            pillar_notes=part.pillar_notes,
            answers_revision=len(part.answers),
        )
        for position, part in enumerate(document.reviews)
    }
    try:
        with transaction.atomic():
            LensReview.objects.bulk_create(reviews.values())
    except IntegrityError:
        # Two keys of the file may be versions of one lens here.
        problem = _("A workload is reviewed through a lens once.")
        raise InvalidDocument([Problem("reviews", "lens.repeated", problem)]) from None
    return reviews


def _restore_review(review: LensReview, part: ReviewPart) -> None:
    answers, changes = [], []
    for question_id, said in part.answers.items():
        state = state_from(said.values())
        question = review.lens_version.definition_in(None).question(question_id)
        values = state.as_mapping(question.choice_ids)
        answer = Answer(
            review=review,
            question_id=question_id,
            risk=risk_of(question, state),
            revision=1,
            updated_at=said.at,
            **values,
        )
        answers.append(answer)
        changes.append(
            AnswerChange(answer=answer, revision=1, at=said.at, by_name=said.by, state=values)
        )
    Answer.objects.bulk_create(answers)
    AnswerChange.objects.bulk_create(changes)
    Evidence.objects.bulk_create(
        Evidence(
            review=review,
            question_id=link.question,
            choice_id=link.choice,
            kind=Evidence.Kind.LINK,
            title=link.title,
            url=link.url,
            added_at=link.at,
            added_by_name=link.by,
        )
        for link in part.links
    )


def _restore_milestones(
    workload: Workload, document: WorkloadDocument, versions: Mapping[str, LensVersion]
) -> None:
    ids: dict[str, tuple[UUID, UUID]] = {
        key: (version.lens_id, version.pk) for key, version in versions.items()
    }
    for place, part in enumerate(document.milestones):
        try:
            snapshot = snapshot_from(part, ids)
        except BrokenSnapshot as error:
            problem = Problem(f"milestones[{place}].snapshot", "milestone.snapshot", str(error))
            raise InvalidDocument([problem]) from None
        packed, sha256 = pack(snapshot)
        Milestone.objects.create(
            workload=workload,
            number=part.number,
            name=part.name,
            name_key=name_key(part.name),
            note=part.note,
            at=part.at,
            by_name=part.by,
            snapshot=packed,
            sha256=sha256,
            counts=as_counts(snapshot),
            lens_counts=as_lens_counts(snapshot),
        )
