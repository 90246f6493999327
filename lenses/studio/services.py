"""Writes of the studio: a new lens, a copy, each change of a draft, and going back."""

import json
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from common.errors import Conflict, Invalid, InvalidDocument, NotFound
from common.problems import Problem
from lenses.models import DraftChange, Lens, LensVersion
from lenses.schema import MAX_DOCUMENT_CHARACTERS, canonical, read_document, sha256
from lenses.schema.findings import Findings
from lenses.schema.models import MAX_NAME
from lenses.schema.reading import read_json
from lenses.services.base import Status, draft_of, lock_own, name_key
from lenses.studio.addresses import Object
from lenses.studio.fields import FIELDS, EditError
from lenses.studio.operations import Done, Operation, perform
from lenses.studio.skeleton import skeleton
from lenses.studio.structure import counts, structure_problems
from tenants import audit
from tenants.actors import Actor
from tenants.models import Organization
from tenants.permissions import Permission
from tenants.plans import require_within
from tenants.transactions import writing

MAX_SUMMARY: Final = 200
KEPT_CHANGES: Final = 300
"""Of one draft; each holds the whole document. Older ones go first."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A draft after an operation; `is_merged` says that colleagues had changed it in between."""

    lens: Lens
    draft: LensVersion
    done: Done
    problems: tuple[Problem, ...]
    is_merged: bool = False


def new_lens(*, actor: Actor, name: str) -> LensVersion:
    """Make a lens of a skeleton, as a draft. Raises Invalid for the name, and LimitExceeded."""
    actor.require(Permission.DRAFT_LENSES)
    with writing():
        lens = _new_own_lens(actor, name)
        draft = _new_draft(actor, lens, skeleton(lens.name))
        audit.record(
            actor=actor,
            verb="lens.created",
            target=lens,
            after={"name": lens.name, "draft_sha256": draft.sha256},
        )
    return draft


def copy_lens(*, actor: Actor, version_id: UUID, name: str = "") -> LensVersion:
    """Copy a version into a draft: of a new lens of that name, or the next one of the same lens.

    Without a name the lens must be the organisation's own and have no draft. Raises NotFound,
    Invalid for the name, Conflict, and LimitExceeded.
    """
    actor.require(Permission.DRAFT_LENSES)
    version = LensVersion.objects.select_related("lens").filter(pk=version_id).first()
    if version is None or version.lens.deleted_at is not None:
        raise NotFound
    document: dict[str, Any] = json.loads(version.document)
    with writing():
        if name.strip():
            lens = _new_own_lens(actor, name)
            document["name"] = lens.name
        else:
            lens = lock_own(version.lens_id)
            if LensVersion.objects.filter(lens=lens, status=Status.DRAFT).exists():
                raise Conflict(_("This lens has a draft already. Publish or discard it first."))
            document["name"] = lens.name
        draft = _new_draft(actor, lens, document)
        audit.record(
            actor=actor,
            verb="lens.copied",
            target=lens,
            after={
                "from": str(version.pk),
                "from_sha256": version.sha256,
                "draft_sha256": draft.sha256,
            },
        )
    return draft


def _new_own_lens(actor: Actor, name: str) -> Lens:
    name = FIELDS["lens"]["name"].as_sent(name)
    try:
        FIELDS["lens"]["name"].check(name)
    except EditError as error:
        raise Invalid(fields={"name": [_(error.template) % error.parameters]}) from None
    # One at a time in an organisation: two at the limit would both be within it.
    Organization.objects.select_for_update(no_key=True).get(pk=actor.organization.pk)
    own = Lens.objects.all().of_ones_own().filter(deleted_at=None)
    if own.filter(name_key=name_key(name)).exists():
        raise Invalid(fields={"name": [_("Your organisation has a lens with this name.")]})
    require_within(actor.organization, "custom_lenses", own.count() + 1, field="name")
    lens = Lens(organization_id=actor.organization.pk, name=name, name_key=name_key(name))
    lens.save(force_insert=True)
    return lens


def _new_draft(actor: Actor, lens: Lens, document: dict[str, Any]) -> LensVersion:
    draft = LensVersion(organization_id=actor.organization.pk, lens=lens)
    _fill(draft, document)
    draft.save(force_insert=True)
    return draft


def _fill(draft: LensVersion, document: dict[str, Any]) -> tuple[Problem, ...]:
    """Set everything that follows from the document; returns what is wrong or odd in it."""
    text = canonical(document)
    if len(text) > MAX_DOCUMENT_CHARACTERS:
        message = _("The lens would have %(size)d characters; %(limit)d are allowed.")
        raise Invalid(message % {"size": len(text), "limit": MAX_DOCUMENT_CHARACTERS})
    try:
        problems = read_document(text).warnings
    except InvalidDocument as error:
        problems = tuple(error.problems)
    draft.document = text
    draft.sha256 = sha256(text)
    description = document.get("description")
    draft.description = description[:2048] if isinstance(description, str) else ""
    draft.question_count, draft.choice_count = counts(document)
    draft.error_count = sum(problem.severity == "error" for problem in problems)
    draft.warnings = [
        {"path": problem.path, "rule": problem.rule, "message": problem.message}
        for problem in problems
        if problem.severity == "warning"
    ]
    return problems


_FILLED: Final = (
    *("document", "sha256", "description", "question_count", "choice_count"),
    *("error_count", "warnings", "draft_revision"),
)


def change_draft(
    *, actor: Actor, lens_id: UUID, operation: Operation, expected_revision: int
) -> Saved:
    """Apply one operation to the draft of a lens, whatever the draft has become since.

    ``expected_revision`` is the one that the sender saw. Raises EditError and InvalidDocument for
    what cannot be done, TargetGone for what is no longer there, Conflict without a draft,
    Forbidden for a built-in lens.
    """
    actor.require(Permission.DRAFT_LENSES)
    with writing():
        lens = lock_own(lens_id)
        draft = draft_of(lens, "")
        current = json.loads(draft.document)
        is_merged = expected_revision != draft.draft_revision
        base = current if not is_merged else _document_at(draft, expected_revision)
        done = perform(operation, current, base)
        problems = _store(actor, lens, draft, done.document, done.summary)
    return Saved(lens, draft, done, problems, is_merged)


def save_draft(
    *, actor: Actor, lens_id: UUID, document_text: str, expected_revision: int, summary: str
) -> LensVersion:
    """Put a whole document in the place of the draft's.

    Raises Conflict where ``expected_revision`` is not the draft's any more, and InvalidDocument
    for a text that the studio cannot open; errors of the format may be in it.
    """
    actor.require(Permission.DRAFT_LENSES)
    findings = Findings()
    document = read_json(document_text, findings)
    problems = findings.problems() if findings.has_errors else structure_problems(document)
    if problems or not isinstance(document, dict):
        raise InvalidDocument(problems)
    with writing():
        lens = lock_own(lens_id)
        draft = draft_of(lens, "")
        if draft.draft_revision != expected_revision:
            raise Conflict(_("A colleague changed this draft in the meantime."))
        _store(actor, lens, draft, document, summary)
    return draft


def restore_change(*, actor: Actor, lens_id: UUID, revision: int) -> LensVersion:
    """Make the draft what it was after a change; what it is now stays in the history.

    Raises NotFound for a revision that the history does not hold.
    """
    actor.require(Permission.DRAFT_LENSES)
    with writing():
        lens = lock_own(lens_id)
        draft = draft_of(lens, "")
        earlier = _document_at(draft, revision)
        if earlier is None:
            raise NotFound
        summary = _("Went back to revision %(revision)d") % {"revision": revision}
        _store(actor, lens, draft, earlier, summary)
    return draft


def _document_at(draft: LensVersion, revision: int) -> Object | None:
    changes = DraftChange.objects.filter(draft=draft, revision=revision)
    text: str | None = changes.values_list("document", flat=True).first()
    return json.loads(text) if text is not None else None


def _store(
    actor: Actor, lens: Lens, draft: LensVersion, after: Object, summary: str
) -> tuple[Problem, ...]:
    if canonical(after) == draft.document:
        return _fill(draft, after)
    _follow_name(lens, draft, after)
    if not DraftChange.objects.filter(draft=draft, revision=draft.draft_revision).exists():
        # What the first change began with can be gone back to as well.
        _remember(actor, draft, _("As it was begun, copied or imported"), is_own=False)
    previous = draft.sha256
    problems = _fill(draft, after)
    draft.draft_revision += 1
    draft.save(update_fields=_FILLED)
    _remember(actor, draft, summary, is_own=True)
    old = draft.draft_revision - KEPT_CHANGES
    DraftChange.objects.filter(draft=draft, revision__lte=old).delete()
    audit.record(
        actor=actor,
        verb="lens.draft_changed",
        target=lens,
        before={"draft_sha256": previous},
        after={"draft_sha256": draft.sha256, "revision": draft.draft_revision, "summary": summary},
    )
    return problems


def _remember(actor: Actor, draft: LensVersion, summary: str, *, is_own: bool) -> None:
    DraftChange.objects.create(
        draft=draft,
        revision=draft.draft_revision,
        summary=summary[:MAX_SUMMARY],
        document=draft.document,
        by_id=actor.user_id if is_own else None,
        by_name=actor.name[:254] if is_own else "",
    )


def _follow_name(lens: Lens, draft: LensVersion, document: Object) -> None:
    """Let the lens be called what its document says; a published lens keeps its name."""
    name = document.get("name")
    if name == lens.name or not isinstance(name, str) or not name.strip() or len(name) > MAX_NAME:
        return
    if LensVersion.objects.filter(lens=lens).exclude(pk=draft.pk).exists():
        raise EditError("name", "lens_name", _("A published lens keeps its name."))
    try:
        with transaction.atomic():
            lens.name, lens.name_key = name, name_key(name)
            lens.save(update_fields=["name", "name_key"])
    except IntegrityError:
        raise EditError(
            "name", "lens_name", _("Your organisation has a lens with this name.")
        ) from None
