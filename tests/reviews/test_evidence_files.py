"""Files are evidence: sniffed, kept where nobody can guess, served so that they can do no harm."""

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError
from django.test import Client

from common import file_types
from common.errors import Conflict, Forbidden, NotFound
from reviews.models import Evidence, LensReview
from reviews.services import evidence as service
from reviews.services.evidence import Practice, add_file, remove_evidence
from reviews.services.orphans import remove_orphans
from reviews.services.reviews import remove_lens
from tenants.context import in_organization
from tenants.models import AuditEvent, Membership, Organization
from tests.builders import make_review, make_workload
from tests.conftest import Cast
from tests.reviews.evidence import (
    PDF,
    PNG,
    PRACTICE,
    QUESTION,
    address,
    archive,
    page_of,
    practice_of,
    stored,
    upload,
)
from workloads.services import delete_workload

ClientOf = Callable[[str], Client]


@pytest.fixture
def review(in_northwind: Organization) -> LensReview:
    return make_review()


@pytest.fixture
def contributor(client_of: ClientOf) -> Client:
    return client_of("contributor")


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_a_file_is_kept_with_what_it_is_and_who_added_it(
    contributor: Client, review: LensReview, cast: Cast
) -> None:
    response = upload(contributor, review, "Access report.pdf", PDF, title="Access in March")
    assert response.status_code == 302
    assert response["Location"] == f"{page_of(review)}?practice={PRACTICE}"
    kept = Evidence.objects.get()
    assert (kept.question_id, kept.choice_id, kept.kind) == (QUESTION, PRACTICE, "file")
    assert (kept.title, kept.filename) == ("Access in March", "Access report.pdf")
    assert (kept.content_type, kept.size) == ("application/pdf", len(PDF))
    assert kept.sha256 == sha256(PDF).hexdigest()
    assert (kept.added_by_id, kept.added_by_name) == (cast.contributor.pk, "Contributor")
    event = AuditEvent.objects.get(verb="evidence.added")
    assert event.after is not None
    assert event.after["sha256"] == kept.sha256
    assert event.after["workload_id"] == str(review.workload_id)


def test_it_is_stored_under_a_name_that_says_nothing(
    contributor: Client, review: LensReview, cast: Cast
) -> None:
    upload(contributor, review, "secret plan.png", PNG)
    kept = Evidence.objects.get()
    folder, name = str(kept.file.name).rsplit("/", 1)
    assert folder == f"evidence/{cast.northwind.pk}"
    assert "secret" not in name
    assert str(kept.pk).replace("-", "") != name
    assert default_storage.open(str(kept.file.name)).read() == PNG


def test_it_is_sent_to_be_saved_and_never_shown(contributor: Client, review: LensReview) -> None:
    upload(contributor, review, 'Übersicht "Q3".png', PNG)
    response = contributor.get(address("evidence-file", Evidence.objects.get()))
    assert response.status_code == 200
    assert response["Content-Disposition"] == (
        "attachment; filename*=utf-8''%C3%9Cbersicht%20_Q3_.png"
    )
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Content-Type"] == "image/png"
    assert response["Content-Length"] == str(len(PNG))
    assert "no-store" in response["Cache-Control"]
    assert body(response) == PNG


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("shot.png", b"<html><script>alert(1)</script>"),
        ("shot.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("shot.png", b"MZ\x90\x00\x03"),
        ("shot.png", b"#!/bin/sh\n"),
        ("shot.png", b""),
        ("report.docx", archive("[Content_Types].xml", "word/a.xml", "word/vbaProject.bin")),
        ("shot.png", b"\x00\x01\x02"),
    ],
)
def test_what_a_browser_says_a_file_is_is_not_believed(
    contributor: Client, review: LensReview, name: str, content: bytes
) -> None:
    before = stored()
    response = upload(contributor, review, name, content)
    assert response.status_code == 422
    assert response.context["evidence_form"].errors["file"]
    assert not Evidence.objects.exists()
    assert stored() == before


@pytest.mark.parametrize(
    ("name", "content", "shown"),
    [
        ("page.html", b"words, not mark-up\n", "page.html.txt"),
        ("../../up.png", PNG, "up.png"),
        ("a\r\nX-Evil: 1.png", PNG, "a.png"),
        ("\u202egnp.exe", PNG, "gnp.exe.png"),
        ("<img src=x onerror=alert(1)>.png", PNG, "onerror"),
        ("x" * 400 + ".png", PNG, "x.png"),
    ],
)
def test_a_name_can_do_no_harm_where_it_is_shown_nor_where_it_is_saved(
    contributor: Client, review: LensReview, name: str, content: bytes, shown: str
) -> None:
    assert upload(contributor, review, name, content).status_code == 302
    kept = Evidence.objects.get()
    assert shown in kept.filename
    page = contributor.get(page_of(review)).content.decode()
    assert "<img src=x" not in page
    header = contributor.get(address("evidence-file", kept))["Content-Disposition"]
    assert header.startswith("attachment; ")
    assert not set(header) & set("\r\n\u202e/\\")


def test_only_members_read_a_file_and_only_in_its_own_organisation(
    client_of: ClientOf, contributor: Client, review: LensReview, cast: Cast
) -> None:
    upload(contributor, review, "shot.png", PNG)
    kept = Evidence.objects.get()
    where = address("evidence-file", kept)
    assert client_of("viewer").get(where).status_code == 200
    assert Client().get(where).status_code == 302
    assert client_of("outsider").get(where).status_code == 404
    assert client_of("stranger").get(where).status_code == 404
    foreign = address("evidence-file", kept, slug="southridge")
    assert client_of("stranger").get(foreign).status_code == 404
    # Of another workload of the same organisation: the address must be the whole truth.
    other = make_review(make_workload("Other"))
    wrong = where.replace(str(review.workload_id), str(other.workload_id))
    assert contributor.get(wrong).status_code == 404
    removed = client_of("viewer")
    Membership.objects.filter(user=cast.viewer).delete()
    assert removed.get(where).status_code == 404


def test_a_viewer_reads_but_adds_changes_and_removes_nothing(
    client_of: ClientOf, contributor: Client, review: LensReview, cast: Cast
) -> None:
    upload(contributor, review, "shot.png", PNG)
    kept = Evidence.objects.get()
    viewer = client_of("viewer")
    assert upload(viewer, review, "shot.png", PNG).status_code == 403
    assert viewer.post(address("evidence-edit", kept), {"title": "x"}).status_code == 403
    assert viewer.post(address("evidence-remove", kept)).status_code == 403
    page = viewer.get(page_of(review)).content.decode()
    assert "shot.png" in page
    assert 'type="file"' not in page
    with pytest.raises(Forbidden):
        remove_evidence(
            actor=cast.actor("viewer"), workload_id=review.workload_id, evidence_id=kept.pk
        )


@pytest.mark.parametrize("choice", ["no_such_choice", f"{QUESTION}_no", ""])
def test_only_practices_of_the_question_have_evidence(
    contributor: Client, review: LensReview, cast: Cast, choice: str
) -> None:
    response = upload(contributor, review, "shot.png", PNG, practice=choice)
    assert response.status_code == 422
    with pytest.raises(Conflict):
        add_file(
            actor=cast.actor("contributor"),
            practice=practice_of(review, choice),
            file=ContentFile(PNG),
            name="shot.png",
        )
    other = Practice(make_workload("Other").pk, review.pk, QUESTION, PRACTICE)
    with pytest.raises(NotFound):
        add_file(
            actor=cast.actor("contributor"), practice=other, file=ContentFile(PNG), name="a.png"
        )
    assert not Evidence.objects.exists()


def test_a_file_whose_row_fails_is_removed_again(
    contributor: Client, review: LensReview, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = stored()

    def fail(*_given: Any) -> None:
        assert len(stored()) == len(before) + 1
        raise DatabaseError

    monkeypatch.setattr(service, "_insert", fail)
    with pytest.raises(DatabaseError):
        upload(contributor, review, "shot.png", PNG)
    assert stored() == before


@pytest.mark.parametrize("how", ["evidence", "lens", "workload"])
def test_a_file_goes_with_its_row_once_that_is_committed(
    contributor: Client,
    review: LensReview,
    cast: Cast,
    django_capture_on_commit_callbacks: Any,
    how: str,
) -> None:
    upload(contributor, review, "shot.png", PNG)
    kept = Evidence.objects.get()
    path = str(kept.file.name)
    actor = cast.actor("owner")
    with django_capture_on_commit_callbacks() as callbacks:
        if how == "evidence":
            remove_evidence(actor=actor, workload_id=review.workload_id, evidence_id=kept.pk)
        elif how == "lens":
            remove_lens(actor=actor, workload_id=review.workload_id, review_id=review.pk)
        else:
            name = review.workload.name
            delete_workload(actor=actor, workload_id=review.workload_id, name=name)
    assert not Evidence.objects.exists()
    assert default_storage.exists(path)  # whoever rolls back has lost nothing
    for callback in callbacks:
        callback()
    assert not default_storage.exists(path)


def test_what_a_crash_left_behind_is_swept_after_a_day(
    contributor: Client, review: LensReview, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(contributor, review, "shot.png", PNG)
    kept = str(Evidence.objects.get().file.name)
    orphan = default_storage.save(f"evidence/{cast.northwind.pk}/orphan", ContentFile(b"x"))
    gone = default_storage.save(
        "evidence/0197b0c4-0000-7000-8000-000000000000/orphan", ContentFile(b"x")
    )
    other = default_storage.save("evidence/no organisation/file", ContentFile(b"x"))
    assert remove_orphans("evidence") == 0
    monkeypatch.setattr("reviews.services.orphans._GRACE", timedelta(minutes=-1))
    removed = remove_orphans("evidence")
    assert removed >= 2
    assert not default_storage.exists(orphan)
    assert not default_storage.exists(gone)
    assert default_storage.exists(kept)
    assert default_storage.exists(other)
    default_storage.delete(other)


def test_a_file_that_the_storage_lost_is_said_to_be_missing(
    contributor: Client, review: LensReview
) -> None:
    upload(contributor, review, "shot.png", PNG)
    kept = Evidence.objects.get()
    default_storage.delete(str(kept.file.name))
    response = contributor.get(address("evidence-file", kept))
    assert response.status_code == 404
    assert "missing from the storage" in response.content.decode()


def test_two_organisations_keep_their_files_apart(
    contributor: Client, review: LensReview, cast: Cast
) -> None:
    upload(contributor, review, "shot.png", PNG)
    with in_organization(cast.southridge.pk):
        theirs = make_review()
        kept = add_file(
            actor=cast.southridge_actor,
            practice=practice_of(theirs),
            file=ContentFile(PDF),
            name="theirs.pdf",
        )
        assert str(kept.file.name).startswith(f"evidence/{cast.southridge.pk}/")
        assert Evidence.objects.count() == 1
    assert kept.content_type == file_types.PDF.content_type
