"""Uploads between their preview and their confirmation, and confirming them."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from common.clock import now
from common.errors import Conflict, Invalid, NotFound
from reviews.exchange.answer_edits import AnswerEdit, AnswerPlan, plan_answers, read_edits
from reviews.exchange.answer_reading import read_answer_sheet
from reviews.exchange.checking import Examined, examine
from reviews.exchange.document import WorkloadDocument, read_workload_document
from reviews.exchange.restoring import import_workload
from reviews.models import Answer, LensReview, PendingImport
from reviews.selectors import reviews_of
from reviews.services.many_answers import announce_answers, lock_review, write_answers
from tenants import audit
from tenants.actors import Actor
from tenants.permissions import Permission
from tenants.transactions import writing
from workloads.models import Workload
from workloads.selectors import load_workload

KEPT: Final = timedelta(hours=24)
"""How long an upload waits for its confirmation."""

MOVED_ON: Final = "import_moved_on"
"""The code of the Conflict for a preview that is no longer true."""

_LONGEST_NAME: Final = 255


def upload_answers(
    *, actor: Actor, workload_id: UUID, content: bytes, filename: str
) -> PendingImport:
    """Keep what a workbook of answers would change, to be looked at and confirmed.

    Nothing of the reviews is written. Raises Forbidden, NotFound, and InvalidDocument naming every
    cell that cannot be used.
    """
    actor.require(Permission.ANSWER)
    workload = load_workload(workload_id)
    edits = read_edits(actor, workload, read_answer_sheet(content))
    text = json.dumps([edit.as_mapping() for edit in edits], ensure_ascii=False)
    return _keep(actor, PendingImport.Kind.ANSWERS, text.encode("utf-8"), filename, workload)


def upload_workload(*, actor: Actor, content: bytes, filename: str) -> PendingImport:
    """Keep the JSON of a workload that can be imported here, to be looked at and confirmed.

    Raises Forbidden, and InvalidDocument with every problem at its path.
    """
    actor.require(Permission.MANAGE_WORKLOADS)
    examine(actor, read_workload_document(content))
    return _keep(actor, PendingImport.Kind.WORKLOAD, content, filename, None)


def _keep(
    actor: Actor, kind: str, content: bytes, filename: str, workload: Workload | None
) -> PendingImport:
    with writing():
        # A second upload takes the place of the first: one preview a person.
        PendingImport.objects.filter(
            kind=kind, workload=workload, created_by=actor.user_id
        ).delete()
        pending: PendingImport = PendingImport.objects.create(
            kind=kind,
            workload=workload,
            filename="".join(sign for sign in filename if sign.isprintable())[:_LONGEST_NAME],
            content=zlib.compress(content),
            created_by_id=actor.user_id,
        )
    return pending


def load_pending(
    kind: str, import_id: UUID, workload_id: UUID | None = None, *, for_update: bool = False
) -> PendingImport:
    """Return an upload that waits; raises NotFound, also for one that waited too long."""
    rows = PendingImport.objects.filter(
        kind=kind, pk=import_id, workload=workload_id, created_at__gt=now() - KEPT
    )
    if for_update:
        rows = rows.select_for_update(of=("self",))
    pending: PendingImport | None = rows.first()
    if pending is None:
        raise NotFound(
            _("This upload was imported, discarded, or waited too long. Upload it anew.")
        )
    return pending


def sweep_pending_imports() -> int:
    """Remove the bound organisation's uploads that waited too long; their number."""
    with writing():
        count: int = PendingImport.objects.filter(created_at__lte=now() - KEPT).delete()[0]
    return count


def discard_import(*, actor: Actor, pending: PendingImport) -> None:
    """Throw an upload away. Raises Forbidden."""
    is_answers = pending.kind == PendingImport.Kind.ANSWERS
    actor.require(Permission.ANSWER if is_answers else Permission.MANAGE_WORKLOADS)
    with writing():
        PendingImport.objects.filter(pk=pending.pk).delete()


def pending_answers(workload: Workload, pending: PendingImport) -> AnswerPlan:
    """Return what an upload of answers would change now."""
    return plan_answers(reviews_of(workload.pk), _edits(pending))


def _edits(pending: PendingImport) -> list[AnswerEdit]:
    values = json.loads(zlib.decompress(bytes(pending.content)))
    return [AnswerEdit.read(each) for each in values]


def import_answers(
    *, actor: Actor, workload_id: UUID, import_id: UUID, fingerprint: str
) -> AnswerPlan:
    """Give answers the states that an upload has for them, merged with what others saved since.

    All or nothing. ``fingerprint`` is that of the plan that was looked at. Raises Forbidden,
    NotFound; Conflict (code ``import_moved_on``) where the import would now do something else;
    Invalid where nothing would change.
    """
    actor.require(Permission.ANSWER)
    with writing():
        pending = load_pending(PendingImport.Kind.ANSWERS, import_id, workload_id, for_update=True)
        edits = _edits(pending)
        reviews = _lock_reviews(workload_id, edits)
        plan = plan_answers(reviews, edits)
        if plan.moved or plan.fingerprint != fingerprint:
            problem = _("Somebody answered since you looked at this. Look at it again.")
            raise Conflict(problem, code=MOVED_ON)
        if not plan.changes:
            raise Invalid(_("Nothing would change."))
        written = [(review, _write(actor, review, plan)) for review in reviews]
        pending.delete()
        for review, changed in written:
            _record(actor, review, changed, pending.filename)
            announce_answers(actor, review, changed)
    return plan


def _lock_reviews(workload_id: UUID, edits: Sequence[AnswerEdit]) -> list[LensReview]:
    # In the order of whoever locks several: a milestone does too.
    wanted = {edit.review_id for edit in edits}
    there = LensReview.objects.filter(workload_id=workload_id, pk__in=wanted)
    keys = there.order_by("pk").values_list("pk", flat=True)
    return [lock_review(workload_id, key) for key in list(keys)]


def _write(actor: Actor, review: LensReview, plan: AnswerPlan) -> list[Answer]:
    targets = {each.question.id: each.after for each in plan.changes if each.review is review}
    return write_answers(actor, review, targets) if targets else []


def _record(actor: Actor, review: LensReview, changed: Sequence[Answer], filename: str) -> None:
    if not changed:
        return
    audit.record(
        actor=actor,
        verb="review.answers_imported",
        target=review,
        after={
            "answers": len(changed),
            "questions": [answer.question_id for answer in changed],
            "file": filename,
        },
    )


def pending_workload(actor: Actor, pending: PendingImport) -> Examined:
    """Return what an upload of a workload holds; raises InvalidDocument where it no longer fits."""
    return examine(actor, _document(pending))


def _document(pending: PendingImport) -> WorkloadDocument:
    return read_workload_document(zlib.decompress(bytes(pending.content)))


def import_pending_workload(*, actor: Actor, import_id: UUID, name: str) -> Workload:
    """Make the workload of an upload, as ``import_workload`` does; the upload is gone then."""
    actor.require(Permission.MANAGE_WORKLOADS)
    with writing():
        pending = load_pending(PendingImport.Kind.WORKLOAD, import_id, for_update=True)
        workload = import_workload(actor=actor, document=_document(pending), name=name)
        pending.delete()
    return workload
