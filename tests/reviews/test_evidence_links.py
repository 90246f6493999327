"""Links are evidence too: addresses of the web with a title, and nothing else."""

from collections.abc import Callable

import pytest
from django.test import Client

from reviews.models import Evidence, LensReview
from tenants.models import AuditEvent, Organization
from tests.builders import make_review
from tests.reviews.evidence import address, link, page_of

ClientOf = Callable[[str], Client]


@pytest.fixture
def review(in_northwind: Organization) -> LensReview:
    return make_review()


@pytest.fixture
def contributor(client_of: ClientOf) -> Client:
    return client_of("contributor")


@pytest.mark.parametrize(
    "url",
    [
        "https://wiki.example.com/runbook?page=1#top",
        "http://intranet/page",
        "https://[2001:db8::1]:8443/x",
        "https://münchen.example/straße",
    ],
)
def test_a_link_is_kept_as_it_was_written(
    contributor: Client, review: LensReview, url: str
) -> None:
    assert link(contributor, review, f" {url} ", title="The runbook").status_code == 302
    kept = Evidence.objects.get()
    assert (kept.kind, kept.url, kept.title, kept.size) == ("link", url, "The runbook", 0)
    page = contributor.get(page_of(review)).content.decode()
    assert 'rel="noopener noreferrer nofollow"' in page


def test_a_link_without_a_title_is_called_by_its_address(
    contributor: Client, review: LensReview
) -> None:
    link(contributor, review, "https://wiki.example.com/" + "x" * 500)
    kept = Evidence.objects.get()
    assert kept.title.startswith("wiki.example.com/xxx")
    assert len(kept.title) <= 200


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "java\tscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "ftp://example.com/x",
        "file:///etc/passwd",
        "//example.com",
        "example.com/runbook",
        "https://",
        "https:///path",
        "https://user:secret@example.com/",
        "https://example.com\\@evil.example/",
        "https://exa mple.com/",
        "https://example.com/\u202e",
        'https://example.com/"onmouseover="alert(1)',
        "https://example.com:port/",
        "https://[::1",
        "https://example.com/" + "x" * 2048,
    ],
)
def test_what_is_no_address_of_the_web_is_refused_beside_its_field(
    contributor: Client, review: LensReview, url: str
) -> None:
    response = link(contributor, review, url)
    assert response.status_code == 422
    form = response.context["evidence_form"]
    assert form.errors["url"]
    assert form["url"].value() == url  # what was typed is still there
    assert not Evidence.objects.exists()


def test_a_file_and_a_link_at_once_or_neither_is_asked_about(
    contributor: Client, review: LensReview
) -> None:
    response = link(contributor, review, "")
    assert response.status_code == 422
    assert "Choose a file" in response.content.decode()


def test_title_and_address_can_be_changed_and_the_change_is_recorded(
    contributor: Client, review: LensReview
) -> None:
    link(contributor, review, "https://example.com/old", title="Old")
    kept = Evidence.objects.get()
    where = address("evidence-edit", kept)
    assert 'value="Old"' in contributor.get(where).content.decode()
    sent = {"title": " New\u202e title ", "url": "https://example.com/new"}
    assert contributor.post(where, sent).status_code == 302
    kept.refresh_from_db()
    assert (kept.title, kept.url) == ("New title", "https://example.com/new")
    event = AuditEvent.objects.get(verb="evidence.changed")
    assert event.before == {"title": "Old", "url": "https://example.com/old"}
    for wrong in ({"title": "", "url": kept.url}, {"title": "x", "url": "javascript:alert(1)"}):
        assert contributor.post(where, wrong).status_code == 422
    contributor.post(where, {"title": "New title", "url": kept.url})
    assert AuditEvent.objects.filter(verb="evidence.changed").count() == 1


def test_a_link_is_removed_after_a_question(contributor: Client, review: LensReview) -> None:
    link(contributor, review, "https://example.com/", title="The runbook")
    kept = Evidence.objects.get()
    where = address("evidence-remove", kept)
    assert "The runbook" in contributor.get(where).content.decode()
    assert contributor.post(where).status_code == 302
    assert not Evidence.objects.exists()
    assert AuditEvent.objects.get(verb="evidence.removed").object_name == "The runbook"
    assert contributor.post(where).status_code == 404


def test_in_the_review_a_dialog_does_the_same(contributor: Client, review: LensReview) -> None:
    link(contributor, review, "https://example.com/", title="The runbook")
    kept = Evidence.objects.get()
    htmx = {"HX-Request": "true"}
    dialog = contributor.get(address("evidence-edit", kept), headers=htmx).content.decode()
    assert 'id="modal-title"' in dialog
    assert "<html" not in dialog
    saved = contributor.post(
        address("evidence-edit", kept),
        {"title": "Runbook", "url": kept.url},
        headers=htmx,
    )
    assert saved.status_code == 204
    assert "evidence-changed" in saved["HX-Trigger"]
    assert "close-modal" in saved["HX-Trigger"]


def test_a_link_has_no_file_to_send(contributor: Client, review: LensReview) -> None:
    link(contributor, review, "https://example.com/")
    assert contributor.get(address("evidence-file", Evidence.objects.get())).status_code == 404
