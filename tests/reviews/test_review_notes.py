"""Notes on a review as a whole and on its pillars: written, and never silently overwritten."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from reviews.models import LensReview
from reviews.services.notes import fingerprint
from tenants.audit import first_broken_event
from tenants.models import AuditEvent, Organization
from tests.builders import make_review

HTMX = {"HX-Request": "true"}
Send = Callable[..., Any]


@pytest.fixture
def review(in_northwind: Organization) -> LensReview:
    return make_review()


def url(review: LensReview, pillar: str = "") -> str:
    ids = {"slug": "northwind", "workload_id": review.workload_id, "review_id": review.pk}
    if pillar:
        return reverse("pillar-notes", kwargs={**ids, "pillar_id": pillar})
    return reverse("review-notes", kwargs=ids)


@pytest.fixture
def send(review: LensReview, client_of: Callable[[str], Client]) -> Send:
    def post(
        notes: str, *, seen: str = "", pillar: str = "", who: str = "contributor", **more: Any
    ) -> Any:
        headers = HTMX if more.pop("htmx", False) else {}
        data = {"notes": notes, "seen": fingerprint(seen), **more}
        return client_of(who).post(url(review, pillar), data, headers=headers)

    return post


def test_notes_on_lens_and_pillars_are_kept_apart(review: LensReview, send: Send) -> None:
    assert send("Of the lens.").status_code == 302
    assert send("Of the first.", pillar="pillar_1").status_code == 302
    assert send("Of the second.\r\nTwo lines.", pillar="pillar_2").status_code == 302
    review.refresh_from_db()
    assert review.notes == "Of the lens."
    assert review.pillar_notes == {
        "pillar_1": "Of the first.",
        "pillar_2": "Of the second.\nTwo lines.",
    }


def test_emptied_notes_leave_nothing(review: LensReview, send: Send) -> None:
    send("Of the first.", pillar="pillar_1")
    send("", seen="Of the first.", pillar="pillar_1")
    review.refresh_from_db()
    assert review.pillar_notes == {}


def test_each_change_is_in_the_audit_log_and_saving_the_same_is_none(
    review: LensReview, send: Send
) -> None:
    send("Seen.", pillar="pillar_1")
    send("Seen.", pillar="pillar_1")
    event = AuditEvent.objects.get(verb="review.notes_changed")
    assert event.before == {"pillar_id": "pillar_1", "notes": ""}
    assert event.after == {"pillar_id": "pillar_1", "notes": "Seen."}
    assert first_broken_event() is None


def test_a_colleagues_notes_are_not_overwritten_and_both_texts_are_shown(
    review: LensReview, send: Send
) -> None:
    send("<b>Theirs</b>")
    response = send("Mine.", seen="")
    assert response.status_code == 409
    html = response.content.decode()
    assert "&lt;b&gt;Theirs&lt;/b&gt;" in html
    assert "<b>Theirs" not in html
    assert ">Mine.</textarea>" in html
    assert fingerprint("<b>Theirs</b>") in html
    review.refresh_from_db()
    assert review.notes == "<b>Theirs</b>"


def test_both_texts_can_be_kept(review: LensReview, send: Send) -> None:
    send("Theirs.")
    send("Mine.", seen="Theirs.", keep="both", theirs="Theirs.")
    review.refresh_from_db()
    assert review.notes == "Theirs.\n\nMine."


def test_notes_that_are_too_long_are_refused_with_the_text_still_there(
    review: LensReview, send: Send
) -> None:
    text = "x" * 2_085
    response = send(text)
    assert response.status_code == 422
    html = response.content.decode()
    assert "2085 characters; your plan allows 2084." in html
    assert f">{text}</textarea>" in html
    review.refresh_from_db()
    assert review.notes == ""


def test_what_cannot_be_stored_is_refused(review: LensReview, send: Send) -> None:
    assert send("a\x00b").status_code == 422


def test_a_viewer_reads_and_does_not_write(
    review: LensReview, send: Send, client_of: Callable[[str], Client]
) -> None:
    send("**Seen.**", pillar="pillar_1")
    assert send("Mine.", pillar="pillar_1", seen="**Seen.**", who="viewer").status_code == 403
    html = client_of("viewer").get(url(review, "pillar_1")).content.decode()
    assert "<strong>Seen.</strong>" in html
    assert "<textarea" not in html.partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize("pillar", ["nothing", "pillar_9"])
def test_a_pillar_that_is_not_there_has_no_notes(
    review: LensReview, send: Send, client_of: Callable[[str], Client], pillar: str
) -> None:
    assert send("x", pillar=pillar).status_code == 404
    assert client_of("viewer").get(url(review, pillar)).status_code == 404


def test_in_the_dialog_a_save_closes_it_and_brings_the_link_up_to_date(
    review: LensReview, send: Send, client_of: Callable[[str], Client]
) -> None:
    part = client_of("contributor").get(url(review, "pillar_1"), headers=HTMX).content.decode()
    assert "<html" not in part
    assert 'id="modal-title"' in part
    response = send("Seen.", pillar="pillar_1", htmx=True)
    assert response.status_code == 200
    assert response["HX-Retarget"] == "#pillar-notes-link"
    assert "close-modal" in response["HX-Trigger"]
    assert "written" in response.content.decode()
