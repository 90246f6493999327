"""Whether a workload's JSON can be imported here: its lenses, and what was said in their words."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from pydantic import TypeAdapter

from common.errors import InvalidDocument, UserError
from common.names import checked_name, name_key
from lenses.definition import LensDefinition, Question, UnknownQuestion
from lenses.models import LensVersion
from lenses.schema.findings import Findings, child
from lenses.services import name_key as lens_name_key
from reviews.exchange.document import (
    KeptAnswerPart,
    LensPart,
    LinkPart,
    MilestonePart,
    ReviewPart,
    StatePart,
    WorkloadDocument,
)
from reviews.exchange.lens_matching import LensMatching
from reviews.exchange.parts import part_named
from reviews.merge import state_from
from reviews.services.answers import checked_answer
from reviews.services.evidence import checked_title, checked_url
from reviews.services.milestones import NAME_LENGTHS
from reviews.snapshots import BrokenSnapshot, Snapshot, as_text, count_questions, from_text
from tenants.actors import Actor
from tenants.plans import limit_problem
from workloads.properties import WorkloadProperties, require_valid, tidied, tidied_tags

_LISTS = ("account_ids", "regions", "other_regions", "pillar_priorities")
_NO_ID = UUID(int=0)
_kept_answers = TypeAdapter(dict[str, KeptAnswerPart])


@dataclass(frozen=True, slots=True)
class Examined:
    """A document that can be imported: by lens key the version here, None for one to be made."""

    document: WorkloadDocument
    properties: WorkloadProperties
    tags: Mapping[str, str]
    versions: Mapping[str, LensVersion | None]
    definitions: Mapping[str, LensDefinition]

    @property
    def new_lenses(self) -> list[LensPart]:
        """The lens versions that the import makes, each lens's in their order."""
        return [lens for lens in self.document.lenses if self.versions[lens.key] is None]

    @property
    def answer_count(self) -> int:
        """How many questions are answered."""
        return sum(len(review.answers) for review in self.document.reviews)


def examine(actor: Actor, document: WorkloadDocument) -> Examined:
    """Check a document against this server and the actor's organisation.

    Raises InvalidDocument with every problem at its JSON path. Whether the name is taken and how
    many workloads there may be is asked when it is imported.
    """
    findings = Findings()
    properties = _properties(document)
    tags = tidied_tags(document.tags)
    _check_properties(actor, properties, tags, findings)
    resolver = LensMatching(actor, findings)
    for place, lens in enumerate(document.lenses):
        resolver.resolve(lens, f"lenses[{place}]")
    count = len(document.reviews)
    _add_limit(actor, "lenses_per_workload", count, "reviews", findings)
    for place, review in enumerate(document.reviews):
        definition = resolver.definitions.get(review.lens)
        if definition is not None:
            _check_review(actor, review, definition, f"reviews[{place}]", findings)
    _check_one_review_a_lens(document, findings)
    _check_milestones(actor, document, resolver.definitions, findings)
    _check_parts(document, resolver.definitions, findings)
    if findings.has_errors:
        raise InvalidDocument(findings.problems())
    return Examined(document, properties, tags, resolver.versions, resolver.definitions)


def _properties(document: WorkloadDocument) -> WorkloadProperties:
    values = document.workload.model_dump()
    for name in _LISTS:
        values[name] = tuple(values[name])
    day = values["next_review_on"]
    values["next_review_on"] = _day(day) if day else None
    return tidied(WorkloadProperties(**values))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _check_properties(
    actor: Actor, properties: WorkloadProperties, tags: Mapping[str, str], findings: Findings
) -> None:
    try:
        require_valid(actor.organization, properties, tags)
    except UserError as error:
        for name, messages in error.fields.items():
            path = name if name == "tags" else f"workload.{name}"
            findings.error(path, "workload.property", " ".join(messages))


def _add_limit(actor: Actor, name: str, value: int, path: str, findings: Findings) -> None:
    problem = limit_problem(actor.organization, name, value)
    if problem:
        findings.error(path, "limit", problem.message, value)


def _check_one_review_a_lens(document: WorkloadDocument, findings: Findings) -> None:
    lenses = {lens.key: (lens.alias, lens_name_key(lens.name)) for lens in document.lenses}
    seen: set[tuple[str, str]] = set()
    for place, review in enumerate(document.reviews):
        if lenses[review.lens] in seen:
            message = _("A workload is reviewed through a lens once.")
            findings.error(f"reviews[{place}].lens", "lens.repeated", message, review.lens)
        seen.add(lenses[review.lens])


def _check_review(
    actor: Actor, review: ReviewPart, definition: LensDefinition, path: str, findings: Findings
) -> None:
    _check_note(actor, review.notes, f"{path}.notes", findings)
    pillars = {pillar.id for pillar in definition.pillars}
    for pillar_id, text in review.pillar_notes.items():
        place = child(f"{path}.pillar_notes", pillar_id)
        if pillar_id not in pillars:
            findings.error(place, "pillar.unknown", _("The lens has no such pillar."), pillar_id)
        _check_note(actor, text, place, findings)
    for question_id, answer in review.answers.items():
        place = child(f"{path}.answers", question_id)
        question = _question(definition, question_id, place, findings)
        if question is not None:
            _check_answer(actor, question, answer, place, findings)
    _check_links(actor, review.links, definition, f"{path}.links", findings)


def _check_note(actor: Actor, text: str, path: str, findings: Findings) -> None:
    _add_limit(actor, "notes_characters", len(text), path, findings)


def _question(
    definition: LensDefinition, question_id: str, path: str, findings: Findings
) -> Question | None:
    try:
        return definition.question(question_id)
    except UnknownQuestion:
        findings.error(path, "question.unknown", _("The lens has no such question."), question_id)
        return None


def _check_answer(
    actor: Actor, question: Question, answer: StatePart, path: str, findings: Findings
) -> None:
    try:
        state = checked_answer(actor, question, state_from(answer.values()))
    except UserError as error:
        for name, messages in error.fields.items():
            findings.error(f"{path}.{name}", "answer", " ".join(messages))
        return
    if state.as_mapping(question.choice_ids)["selected"] != answer.selected or (
        state.selected & state.not_applicable
    ):
        message = _("Ticked choices come once each, in the lens's order, and do apply.")
        findings.error(f"{path}.selected", "answer.order", message)


def _check_links(
    actor: Actor,
    links: Iterable[LinkPart],
    definition: LensDefinition,
    path: str,
    findings: Findings,
) -> None:
    counts: Counter[tuple[str, str]] = Counter()
    for place, link in enumerate(links):
        where = f"{path}[{place}]"
        question = _question(definition, link.question, f"{where}.question", findings)
        if question and link.choice not in question.choice_ids:
            message = _("The question has no such choice.")
            findings.error(f"{where}.choice", "choice.unknown", message, link.choice)
        try:
            checked_title(link.title)
            checked_url(link.url)
        except UserError as error:
            for name, messages in error.fields.items():
                findings.error(f"{where}.{name}", "link", " ".join(messages))
        counts[link.question, link.choice] += 1
    most = max(counts.values(), default=0)
    _add_limit(actor, "evidence_per_practice", most, path, findings)


def _check_milestones(
    actor: Actor,
    document: WorkloadDocument,
    definitions: Mapping[str, LensDefinition],
    findings: Findings,
) -> None:
    count = len(document.milestones)
    _add_limit(actor, "milestones_per_workload", count, "milestones", findings)
    names: set[str] = set()
    for place, milestone in enumerate(document.milestones):
        path = f"milestones[{place}]"
        try:
            checked_name(milestone.name, NAME_LENGTHS)
        except UserError as error:
            findings.error(f"{path}.name", "milestone.name", " ".join(error.fields["name"]))
        _check_note(actor, milestone.note, f"{path}.note", findings)
        if name_key(milestone.name) in names:
            message = _("Another milestone of the file has that name.")
            findings.error(f"{path}.name", "milestone.name", message, milestone.name)
        names.add(name_key(milestone.name))
        _check_snapshot(milestone, definitions, f"{path}.snapshot", findings)


def _check_snapshot(
    milestone: MilestonePart,
    definitions: Mapping[str, LensDefinition],
    path: str,
    findings: Findings,
) -> None:
    try:
        snapshot = snapshot_from(milestone, dict.fromkeys(definitions, (_NO_ID, _NO_ID)))
    except KeyError:
        return  # a lens that is missing has been named already
    except BrokenSnapshot as error:
        message = _("The snapshot cannot be read: %(reason)s") % {"reason": str(error)}
        findings.error(path, "milestone.snapshot", message)
        return
    for name, value in snapshot.parts.items():
        _check_kept_part(name, value, child(f"{path}.parts", name), findings)
    for place, review in enumerate(snapshot.reviews):
        where = f"{path}.reviews[{place}]"
        values = milestone.snapshot["reviews"][place]
        definition = definitions[values["lens"]]
        for question_id, answer in _kept_answers.validate_python(values["answers"]).items():
            at = child(f"{where}.answers", question_id)
            question = _question(definition, question_id, at, findings)
            if question is not None:
                _check_kept(question, answer, at, findings)
        if dict(review.counts) != count_questions(definition, review.answers):
            message = _("The counts are not those of the answers.")
            findings.error(f"{where}.counts", "milestone.counts", message)


def _check_kept_part(name: str, value: Any, path: str, findings: Findings) -> None:
    part = part_named(name)
    if part is None:
        findings.error(path, "part.unknown", _unknown_part(), name)
    else:
        part.check_kept(value, path, findings)


def _unknown_part() -> str:
    return _("This installation does not know such a part: it is older than the file's.")


def _check_kept(question: Question, answer: KeptAnswerPart, path: str, findings: Findings) -> None:
    known = set(question.choice_ids)
    if not known.issuperset(answer.selected) or not known.issuperset(answer.choice_details):
        message = _("The question has no such choice.")
        unknown = sorted({*answer.selected, *answer.choice_details} - known)
        findings.error(path, "choice.unknown", message, unknown[0])


def snapshot_from(milestone: MilestonePart, ids: Mapping[str, tuple[UUID, UUID]]) -> Snapshot:
    """Return a milestone's snapshot with the ids (lens, version) of this server, by lens key.

    Raises KeyError for a lens that is not among them, BrokenSnapshot for what is not one.
    """
    reviews = []
    for kept in milestone.snapshot["reviews"]:
        lens_id, version_id = ids[kept["lens"]]
        values = {name: value for name, value in kept.items() if name != "lens"}
        # What came to the format later: a file from before has none of it.
        reviews.append(
            {"evidence": [], **values, "lens_id": str(lens_id), "version_id": str(version_id)}
        )
    document: dict[str, Any] = {"parts": {}, **milestone.snapshot, "reviews": reviews}
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    snapshot = from_text(text)
    if as_text(snapshot) != text:
        raise BrokenSnapshot(_("it holds something that this version does not know"))
    return snapshot


def _check_parts(
    document: WorkloadDocument, definitions: Mapping[str, LensDefinition], findings: Findings
) -> None:
    used = {review.lens: definitions.get(review.lens) for review in document.reviews}
    known = {key: definition for key, definition in used.items() if definition is not None}
    for name, value in document.parts.items():
        path = child("parts", name)
        part = part_named(name)
        if part is None:
            findings.error(path, "part.unknown", _unknown_part(), name)
        elif len(known) == len(used):
            part.check(value, path, known, findings)
