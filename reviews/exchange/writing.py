"""A workload as the plain values of its JSON (reviews/exchange/document.py)."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, Subquery

from common.clock import now
from common.people import person_name
from lenses.models import Lens, LensVersion
from reviews.exchange.document import FORMAT, SCHEMA_VERSION, snapshot_sha256
from reviews.exchange.parts import parts
from reviews.merge import EMPTY
from reviews.models import Answer, AnswerChange, Evidence, LensReview, Milestone
from reviews.selectors import reviews_of
from reviews.selectors_milestones import snapshot_of
from reviews.services.answers import state_of
from reviews.snapshots import as_text
from workloads.models import Workload
from workloads.properties import properties_of
from workloads.selectors import tags_of

Values = dict[str, Any]

# What a snapshot says by ids of this server; elsewhere the lens's key says it.
IDS = ("lens_id", "version_id")


def workload_values(workload: Workload, *, by: str, organization: str) -> Values:
    """Return all of a workload that travels. Raises UserError where a milestone is broken.

    ``by`` and ``organization`` are names: they say where the file came from.

    Ten queries and one a part, whatever the number of reviews and milestones.
    """
    reviews = reviews_of(workload.pk)
    milestones = list(Milestone.objects.filter(workload=workload).order_by("number"))
    snapshots = [json.loads(as_text(snapshot_of(milestone))) for milestone in milestones]
    used = {UUID(kept["version_id"]) for snapshot in snapshots for kept in snapshot["reviews"]}
    versions = _versions(used | {review.lens_version_id for review in reviews})
    keys = _keys(versions)
    links, files = _evidence(reviews)
    answers = _answers(reviews)
    named = {keys[review.lens_version_id]: review for review in reviews}
    return {
        "format": FORMAT,
        "schema_version": SCHEMA_VERSION,
        "exported": {
            "at": now().isoformat(),
            "by": by,
            "organization": organization,
            "files_left_out": files,
        },
        "workload": _properties(workload),
        "tags": dict(sorted(tags_of(workload).items())),
        "lenses": [_lens(version, keys, versions) for version in versions],
        "reviews": [
            {
                "lens": key,
                "notes": review.notes,
                "pillar_notes": _pillar_notes(review),
                "answers": answers[review.pk],
                "links": links[review.pk],
            }
            for key, review in named.items()
        ],
        "milestones": [
            _milestone(milestone, snapshot, keys)
            for milestone, snapshot in zip(milestones, snapshots, strict=True)
        ],
        "parts": {
            part.name: value
            for part in parts()
            if (value := part.write(workload, named)) is not None
        },
    }


def as_json(values: Values) -> bytes:
    """Return the file: indented JSON in UTF-8."""
    return (json.dumps(values, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _properties(workload: Workload) -> Values:
    values = properties_of(workload).as_mapping()
    day = values["next_review_on"]
    return {**values, "next_review_on": day.isoformat() if day else None}


def _versions(used: Iterable[UUID]) -> list[LensVersion]:
    """Return the versions that are spoken of, and of a lens of one's own those in between.

    A step's renames are from its predecessor, so none of the steps may be missing.
    """
    wanted = set(used)
    lens_ids = Lens.objects.filter(versions__in=wanted).values("pk")
    rows = LensVersion.objects.filter(lens__in=lens_ids).exclude(status=LensVersion.Status.DRAFT)
    by_lens: dict[UUID, list[LensVersion]] = defaultdict(list)
    for version in rows.select_related("lens").order_by("lens__name", "lens", "published_at", "pk"):
        by_lens[version.lens_id].append(version)
    found = []
    for versions in by_lens.values():
        places = [place for place, version in enumerate(versions) if version.pk in wanted]
        for version in versions[places[0] : places[-1] + 1]:
            if version.pk in wanted or not version.lens.is_built_in:
                found.append(version)
    return found


def _keys(versions: Sequence[LensVersion]) -> dict[UUID, str]:
    keys: dict[UUID, str] = {}
    taken: set[str] = set()
    for version in versions:
        name = version.lens.alias or version.lens.name
        key = f"{'built-in' if version.lens.is_built_in else 'own'}:{name}@{version.version}"
        # A lens that was deleted may have had the name of another.
        while key in taken:
            key += "'"
        taken.add(key)
        keys[version.pk] = key
    return keys


def _lens(version: LensVersion, keys: Mapping[UUID, str], versions: list[LensVersion]) -> Values:
    values: Values = {
        "key": keys[version.pk],
        "alias": version.lens.alias,
        "name": version.lens.name,
        "version": version.version,
        "kind": version.kind or LensVersion.Kind.MAJOR,
        "sha256": version.sha256,
    }
    if version.lens.is_built_in:
        return values
    is_first = not any(other.pk == version.predecessor_id for other in versions)
    return {
        **values,
        # Of the first that travels nobody can say from what it renames.
        "kind": LensVersion.Kind.MAJOR if is_first else values["kind"],
        "notes": version.notes,
        "renames": {} if is_first else version.renames,
        "document": json.loads(version.document),
    }


def _pillar_notes(review: LensReview) -> dict[str, str]:
    """Return the notes on the pillars that the lens version has; those of others stay here."""
    pillars = (pillar.id for pillar in review.lens_version.definition.pillars)
    return {key: review.pillar_notes[key] for key in pillars if review.pillar_notes.get(key)}


def _answers(reviews: Sequence[LensReview]) -> dict[UUID, dict[str, Values]]:
    found: dict[UUID, dict[str, Values]] = {review.pk: {} for review in reviews}
    known = {
        review.pk: {
            question.id: question.choice_ids
            for question in review.lens_version.definition.questions
        }
        for review in reviews
    }
    last = AnswerChange.objects.filter(answer=OuterRef("pk"), revision=OuterRef("revision"))
    rows = Answer.objects.filter(review__in=found).select_related("updated_by")
    rows = rows.annotate(last_by=Subquery(last.values("by_name")[:1]))
    for row in rows.order_by("question_id"):
        state = state_of(row)
        if state == EMPTY or row.question_id not in known[row.review_id]:
            continue
        found[row.review_id][row.question_id] = {
            # In the order that the lens version has: the row keeps that of when it was answered.
            "selected": [
                choice
                for choice in known[row.review_id][row.question_id]
                if choice in state.selected
            ],
            "choice_details": row.choice_details,
            "is_applicable": row.is_applicable,
            "reason": row.reason,
            "notes": row.notes,
            "at": row.updated_at.isoformat(),
            "by": person_name(row.updated_by) or row.last_by or "",
        }
    return found


def _evidence(reviews: Sequence[LensReview]) -> tuple[dict[UUID, list[Values]], list[str]]:
    """Return the links by review, and the names of the files, which do not travel."""
    links: dict[UUID, list[Values]] = {review.pk: [] for review in reviews}
    files = []
    known = {
        (review.pk, question.id, choice_id)
        for review in reviews
        for question in review.lens_version.definition.questions
        for choice_id in question.choice_ids
    }
    rows = Evidence.objects.filter(review__in=links).annotate(place=F("review__position"))
    for row in rows.order_by("place", "question_id", "choice_id", "added_at", "pk"):
        # What belongs to a practice that the version does not have is not part of the review.
        if (row.review_id, row.question_id, row.choice_id) not in known:
            continue
        if row.kind != Evidence.Kind.LINK:
            files.append(row.filename or row.title)
            continue
        links[row.review_id].append(
            {
                "question": row.question_id,
                "choice": row.choice_id,
                "title": row.title,
                "url": row.url,
                "at": row.added_at.isoformat(),
                "by": row.added_by_name,
            }
        )
    return links, files


def _milestone(milestone: Milestone, snapshot: Values, keys: Mapping[UUID, str]) -> Values:
    kept = {**snapshot, "reviews": [_kept(review, keys) for review in snapshot["reviews"]]}
    return {
        "number": milestone.number,
        "name": milestone.name,
        "note": milestone.note,
        "at": milestone.at.isoformat(),
        "by": milestone.by_name,
        "sha256": snapshot_sha256(kept),
        "snapshot": kept,
    }


def _kept(review: Values, keys: Mapping[UUID, str]) -> Values:
    values = {name: value for name, value in review.items() if name not in IDS}
    return {**values, "lens": keys[UUID(review["version_id"])]}
