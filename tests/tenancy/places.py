"""An organisation with everything that an address can name, what to post there, and the visit."""

import json
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from improvement.models import ImprovementItem, RiskAcceptance, Scenario
from improvement.services.refreshing import refresh_plan_of_review
from lenses.services import import_lens
from lenses.studio.addresses import LENS
from lenses.studio.operations import Operation
from lenses.studio.services import change_draft
from reviews.exchange.answer_edits import AnswerEdit
from reviews.exchange.document import FORMAT, SCHEMA_VERSION
from reviews.exchange.overview import load_overview
from reviews.exchange.pending import pending_answers, upload_workload
from reviews.exchange.workbook import workbook_bytes
from reviews.merge import AnswerState
from reviews.models import Answer, AnswerChange, Comment, LensReview, PendingImport, ReviewUpgrade
from reviews.services.evidence import Practice, add_file
from reviews.services.milestones import save_milestone
from reviews.services.notes import fingerprint
from reviews.services.upgrades import apply_minor
from tenants.actors import Actor
from tenants.models import Job, Membership
from tests.builders import lens_document, make_lens_version, make_review, make_workload
from tests.conftest import Cast
from tests.reviews.reports import STATEMENT, written_report
from tests.tenancy.matrix import routes
from workloads.models import SavedView, Workload
from workloads.properties import WorkloadProperties


@dataclass(frozen=True)
class Place:
    """The rows of one organisation: what stands for each part of an address, and for forms."""

    ids: dict[str, Any]
    workload_name: str
    lens_name: str
    draft_sha256: str
    other_lens_id: str
    newer_version_id: str
    change_id: str
    item_revision: str
    answers_file: bytes
    answers_fingerprint: str

    @property
    def tick(self) -> str:
        """A practice that nobody ticked, as a supposition names it."""
        review, question = self.ids["review_id"], "pillar_1_question_1"
        return f"{review}.{question}.{question}_choice_3"

    @classmethod
    def make(cls, actor: Actor, number: int) -> "Place":
        """Fill the actor's organisation, which is bound; ``number`` makes names differ."""
        slug = actor.organization.slug
        document = lens_document(name=f"Lens {number}")
        version = make_lens_version(document)
        other = make_lens_version(lens_document(name=f"Other lens {number}"))
        draft = import_lens(actor=actor, text=json.dumps(document | {"description": "Next."}))
        about = Operation("texts", LENS, {"description": "As drafted."})
        draft = change_draft(
            actor=actor, lens_id=draft.lens_id, operation=about, expected_revision=0
        ).draft
        workload = make_workload(f"Workload {number}")
        review = make_review(workload, version)
        milestone = save_milestone(actor=actor, workload_id=workload.pk, name="First")
        beside = make_review(make_workload(f"Beside workload {number}"), version)
        upgraded = _upgraded_review(workload, number)
        newer = make_lens_version(
            document | {"description": "Newer."},
            version="1.9",
            lens=version.lens,
            kind="major",
            predecessor=version,
        )
        evidence = add_file(
            actor=actor,
            practice=Practice(
                workload.pk, review.pk, "pillar_1_question_1", "pillar_1_question_1_choice_1"
            ),
            file=ContentFile(b"What was seen.\n"),
            name="seen.txt",
        )
        person = User.objects.create_user(f"member-{number}@example.com")
        member = Membership.objects.create(user=person, role="viewer")
        comment = Comment.objects.create(
            review=review,
            question_id="pillar_1_question_1",
            text="Who owns this?",
            author_id=actor.user_id,
        )
        change = _change(review)
        item = _item(review)
        acceptance = _acceptance(review)
        scenario = _scenario(review)
        pending, fingerprint = _pending_answers(actor, workload, review)
        return cls(
            ids={
                "slug": slug,
                "workload_id": workload.pk,
                "review_id": review.pk,
                "question_id": "pillar_1_question_1",
                "pillar_id": "pillar_1",
                "number": milestone.number,
                "other_id": beside.workload_id,
                "upgrade_id": upgraded.pk,
                "evidence_id": evidence.pk,
                "lens_id": version.lens_id,
                "version_id": version.pk,
                "membership_id": member.pk,
                "comment_id": comment.pk,
                "item_id": item.pk,
                "acceptance_id": acceptance.pk,
                "scenario_id": scenario.pk,
                "extension": "csv",
                "view_id": SavedView.objects.create(
                    name="For all", name_key="forall", is_shared=True, parameters={"tag": "a"}
                ).pk,
                "job_id": Job.objects.create(kind="test").pk,
                "report_id": written_report(actor).pk,
                "import_id": pending.pk,
                "upload_id": upload_workload(
                    actor=actor, content=_workload_file(), filename="workload.json"
                ).pk,
            },
            workload_name=workload.name,
            lens_name=f"Lens {number}",
            draft_sha256=draft.sha256,
            other_lens_id=str(other.lens_id),
            newer_version_id=str(newer.pk),
            change_id=str(change.pk),
            item_revision=f"{item.pk}.{item.revision}",
            answers_file=workbook_bytes(load_overview(workload)),
            answers_fingerprint=fingerprint,
        )


def _change(review: LensReview) -> AnswerChange:
    """Answer the question twice and return the first change: it can be undone and restored."""
    before, after = _ticked("choice_2"), _ticked("choice_2", "choice_1")
    answer = Answer.objects.create(
        review=review, question_id="pillar_1_question_1", risk="HIGH", revision=2, **after
    )
    change: AnswerChange = AnswerChange.objects.create(answer=answer, revision=1, state=before)
    AnswerChange.objects.create(answer=answer, revision=2, state=after)
    return change


def _item(review: LensReview) -> ImprovementItem:
    """Return what the answer asks for: its last practice."""
    refresh_plan_of_review(review_id=review.pk)
    return ImprovementItem.objects.get(  # type: ignore[no-any-return]
        review=review, choice_id="pillar_1_question_1_choice_3"
    )


def _acceptance(review: LensReview) -> RiskAcceptance:
    """Return what somebody of whom nothing is left asked for: anybody may decide on it."""
    return RiskAcceptance.objects.create(  # type: ignore[no-any-return]
        workload_id=review.workload_id,
        review=review,
        question_id="pillar_1_question_2",
        question_title="How do you care for part 2?",
        risk="HIGH",
        reason="It goes in spring.",
        until="2100-01-01",
    )


def _scenario(review: LensReview) -> Scenario:
    """Return one that supposes what is so already: it sets no due date."""
    ticks = [[str(review.pk), "pillar_1_question_1", "pillar_1_question_1_choice_1", True]]
    return Scenario.objects.create(  # type: ignore[no-any-return]
        workload_id=review.workload_id, name="Quick wins", name_key="quickwins", ticks=ticks
    )


def _ticked(*choices: str) -> dict[str, Any]:
    return {
        "selected": sorted(f"pillar_1_question_1_{choice}" for choice in choices),
        "choice_details": {},
        "is_applicable": True,
        "reason": "",
        "notes": "",
    }


def _pending_answers(
    actor: Actor, workload: Workload, review: LensReview
) -> tuple[PendingImport, str]:
    """Return an upload that answers a question, and what its preview says of it."""
    edit = AnswerEdit(
        review_id=review.pk,
        lens_sha256=review.lens_version.sha256,
        question_id="pillar_1_question_2",
        revision=0,
        state=AnswerState(notes="Written on a train."),
    )
    pending = PendingImport.objects.create(
        kind=PendingImport.Kind.ANSWERS,
        workload=workload,
        content=zlib.compress(json.dumps([edit.as_mapping()]).encode()),
        created_by_id=actor.user_id,
    )
    return pending, pending_answers(workload, pending).fingerprint


def _workload_file() -> bytes:
    """Return the JSON of a workload without a lens."""
    properties = WorkloadProperties(name="Travelled", description="From elsewhere.")
    origin = {"at": "2026-01-01T00:00:00+00:00", "by": "Ann", "organization": "Elsewhere"}
    values = {
        "format": FORMAT,
        "schema_version": SCHEMA_VERSION,
        "exported": {**origin, "files_left_out": []},
        "workload": properties.as_mapping(),
        "tags": {},
        **{name: [] for name in ("lenses", "reviews", "milestones")},
        "parts": {},
    }
    return json.dumps(values).encode()


def _upgraded_review(workload: Workload, number: int) -> ReviewUpgrade:
    document = lens_document(name=f"Upgraded lens {number}")
    before = make_lens_version(document)
    after = make_lens_version(
        document | {"description": "Next."},
        version="1.1",
        lens=before.lens,
        kind="minor",
        predecessor=before,
    )
    review = make_review(workload, before)
    applied = apply_minor(review_id=review.pk, to_version_id=after.pk)
    assert applied is not None
    return applied


def _in_a_month() -> str:
    return (timezone.localdate() + timedelta(days=30)).isoformat()


_WORKLOAD = {
    "description": "Takes the money.",
    "environment": "PRODUCTION",
    "review_owner": "Owner",
}

DATA: dict[str, Callable[[Place], dict[str, Any]]] = {
    "organization-new": lambda _: {"name": "A third organisation"},
    "saved-views": lambda _: {"name": "Ours"},
    "saved-view-delete": lambda _: {},
    "workload-new": lambda _: {**_WORKLOAD, "name": "Newcomer"},
    "workload-import": lambda _: {"file": ContentFile(_workload_file(), "workload.json")},
    "workload-import-preview": lambda _: {"name": "Travelled"},
    "answers-import": lambda place: {"file": ContentFile(place.answers_file, "answers.xlsx")},
    "answers-import-preview": lambda place: {"fingerprint": place.answers_fingerprint},
    "workload-edit": lambda place: {**_WORKLOAD, "name": "Renamed", "revision": 1},
    "workload-delete": lambda place: {"name": place.workload_name},
    "workload-lenses": lambda place: {"lenses": place.other_lens_id},
    "workload-lens-remove": lambda _: {},
    "question": lambda _: {"revision": 0, "choice": "pillar_1_question_1_choice_3"},
    "workload-presence": lambda _: {"question": "pillar_1_question_1"},
    "question-evidence": lambda _: {
        "practice": "pillar_1_question_1_choice_1",
        "url": "https://wiki.example.com/runbook",
    },
    "evidence-edit": lambda _: {"title": "As it is called now"},
    "evidence-remove": lambda _: {},
    "comments": lambda _: {"text": "Said."},
    "comment-edit": lambda _: {"text": "Said better."},
    "assignment": lambda _: {"assignee": "me", "due": "2100-01-01"},
    "question-history-undo": lambda place: {"change": place.change_id},
    "question-history-restore": lambda place: {"change": place.change_id, "revision": 2},
    "notes-preview": lambda _: {"text": "Some **notes**."},
    "review-notes": lambda _: {"notes": "Seen.", "seen": fingerprint("")},
    "pillar-notes": lambda _: {"notes": "Seen.", "seen": fingerprint("")},
    "workload-restore": lambda place: {
        "review": str(place.ids["review_id"]),
        "at": "2020-01-01T00:00",
        "name": "Before going back",
        "answers_revision": 0,
    },
    "review-upgrade": lambda place: {
        "name": "Before the upgrade",
        "version": place.newer_version_id,
        "answers_revision": 0,
    },
    "milestones": lambda _: {"name": "Second"},
    "plan-edit": lambda place: {"items": place.item_revision, "due": "2100-01-01"},
    "organization-plan-edit": lambda place: {"items": place.item_revision, "due": "2100-01-01"},
    "plan-item": lambda place: {
        "status": "open",
        "due": "2100-01-01",
        "revision": place.item_revision.split(".")[1],
    },
    "plan-item-follow": lambda _: {"answer_revision": 2},
    "question-acceptance": lambda _: {"reason": "It goes.", "until": _in_a_month()},
    "plan-what-if": lambda place: {"tick": place.tick},
    "scenarios": lambda place: {"name": "All of it", "tick": place.tick},
    "scenario": lambda place: {"name": "Renamed", "revision": 1, "tick": place.tick},
    "scenario-dates": lambda _: {
        "start": "2100-01-01",
        "pace": "5",
        "seal": sha256(b"[]").hexdigest(),
    },
    "plan-status": lambda _: {"status": "COMPLETE"},
    "acceptance-decide": lambda _: {"verdict": "approve"},
    "lens-import": lambda _: {"text": json.dumps(lens_document(name="Imported"))},
    "lens-draft-discard": lambda place: {"draft_sha256": place.draft_sha256},
    "lens-publish": lambda place: {"version": "2.0", "draft_sha256": place.draft_sha256},
    "lens-delete": lambda place: {"name": place.lens_name},
    "lens-new": lambda _: {"name": "Begun"},
    "lens-copy": lambda _: {"purpose": "new", "name": "Copied"},
    "lens-studio-save": lambda _: {
        "op": "texts",
        "item": "lens",
        "revision": 1,
        "description": "As it is now.",
    },
    "lens-studio-history": lambda _: {"revision": 0},
    "reports": lambda _: {"kind": STATEMENT.key},
    "settings": lambda _: {"name": "Northwind Traders"},
    "members": lambda _: {"email": "outsider@example.com", "role": "viewer"},
    "member-role": lambda _: {"role": "contributor"},
    "member-remove": lambda _: {},
}
"""What to post to each address that takes something, all of it valid."""

_ROUTES = routes()


def parts_of(name: str) -> list[str]:
    """Return the names of what stands in an address: ``slug``, ``workload_id``…"""
    return re.findall(r"<\w+:(\w+)>", _ROUTES[name][0])


def ask(
    client: Client,
    name: str,
    method: str,
    place: Place,
    *,
    ids: dict[str, Any] | None = None,
    keep: bool = False,
) -> HttpResponse:
    """Send what DATA has for the address, ``ids`` replacing the place's own.

    What it changes is kept only if ``keep``.
    """
    url = reverse(name, kwargs={part: (place.ids | (ids or {}))[part] for part in parts_of(name)})
    data = DATA[name](place) if method == "POST" and name in DATA else {}
    with transaction.atomic():
        response: HttpResponse = getattr(client, method.lower())(url, data)
        transaction.set_rollback(not keep)
    return response


def client_for(cast: Cast, visitor: str) -> Client:
    """Return the browser of one of the matrix's visitors."""
    client = Client()
    if visitor != "signed out":
        client.force_login(getattr(cast, visitor))
    return client
