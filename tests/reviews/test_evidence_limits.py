"""What the plan allows of evidence, and bodies that are too large to be read at all."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.base import ContentFile
from django.test import Client

from common.errors import LimitExceeded
from common.uploads import LimitedBody
from reviews.models import Evidence, LensReview
from reviews.selectors_evidence import storage_used
from reviews.services.evidence import add_file
from tenants.models import Organization
from tests.builders import make_review
from tests.conftest import Cast
from tests.reviews.evidence import PNG, PRACTICE, link, practice_of, stored, upload

ClientOf = Callable[[str], Client]


@pytest.fixture
def review(in_northwind: Organization) -> LensReview:
    return make_review()


@pytest.fixture
def contributor(client_of: ClientOf) -> Client:
    return client_of("contributor")


def set_limit(organization: Organization, **limits: int) -> None:
    organization.limits = limits
    organization.save(update_fields=["limits"])


def test_a_file_may_be_as_large_as_the_plan_says_and_no_larger(
    contributor: Client, review: LensReview, in_northwind: Organization
) -> None:
    before = stored()
    set_limit(in_northwind, evidence_file_bytes=len(PNG))
    response = upload(contributor, review, "large.png", PNG + b"\x00")
    assert response.status_code == 422
    (message,) = response.context["evidence_form"].errors["file"]
    assert "Size of a file" in message
    assert stored() == before
    assert upload(contributor, review, "fits.png", PNG).status_code == 302


def test_all_files_together_stay_within_the_plan_s_storage(
    contributor: Client, review: LensReview, in_northwind: Organization
) -> None:
    set_limit(in_northwind, evidence_storage_bytes=2 * len(PNG))
    for _number in range(2):
        assert upload(contributor, review, "shot.png", PNG).status_code == 302
    assert storage_used() == 2 * len(PNG)
    response = upload(contributor, review, "shot.png", PNG)
    assert response.status_code == 422
    assert "Size of all files" in response.content.decode()
    # Links take no storage.
    assert link(contributor, review, "https://example.com/").status_code == 302


def test_a_practice_has_as_many_pieces_as_the_plan_says(
    contributor: Client, review: LensReview, in_northwind: Organization
) -> None:
    set_limit(in_northwind, evidence_per_practice=1)
    before = stored()
    assert link(contributor, review, "https://example.com/").status_code == 302
    assert link(contributor, review, "https://example.com/").status_code == 422
    assert upload(contributor, review, "shot.png", PNG).status_code == 422
    assert stored() == before
    other = PRACTICE.replace("choice_1", "choice_2")
    assert link(contributor, review, "https://example.com/", practice=other).status_code == 302


def test_the_limit_names_itself_for_programs(review: LensReview, cast: Cast) -> None:
    actor = cast.actor("contributor")
    actor.organization.limits = {"evidence_file_bytes": 3}
    with pytest.raises(LimitExceeded) as caught:
        add_file(actor=actor, practice=practice_of(review), file=ContentFile(PNG), name="shot.png")
    assert (caught.value.limit, caught.value.value) == ("evidence_file_bytes", 3)


def test_settings_say_how_much_storage_is_used(
    client_of: ClientOf, contributor: Client, review: LensReview
) -> None:
    upload(contributor, review, "shot.png", PNG)
    page = client_of("viewer").get("/o/northwind/settings/").content.decode()
    assert f"{len(PNG)}\xa0bytes" in page
    assert "1.0\xa0GB" in page


# --- Larger than any file may be ------------------------------------------------------------------
def test_reading_stops_where_no_file_may_be_larger(
    contributor: Client, review: LensReview, settings: LazySettings
) -> None:
    settings.LARGEST_UPLOAD = 1_000_000
    before = stored()
    response = upload(contributor, review, "huge.png", PNG + b"\x00" * 3_000_000, title="Kept")
    assert response.status_code == 413
    form = response.context["evidence_form"]
    assert "976.6" in str(form.errors["file"])
    assert form["title"].value() == "Kept"  # what was typed is still there
    assert not Evidence.objects.exists()
    assert stored() == before


class Connection:
    """A client of an ASGI application, and what it was told."""

    def __init__(self, pieces: int, size: int, *, declared: bool = True) -> None:
        self.left = pieces
        self.size = size
        self.read = 0
        self.told: list[dict[str, Any]] = []
        length = (b"content-length", str(pieces * size).encode())
        self.scope = {"type": "http", "headers": [length] if declared else []}

    async def receive(self) -> dict[str, Any]:
        self.left -= 1
        self.read += self.size
        return {"type": "http.request", "body": b"x" * self.size, "more_body": self.left > 0}

    async def send(self, message: Any) -> None:
        self.told.append(dict(message))

    @property
    def status(self) -> int:
        return int(self.told[0]["status"])


async def reads_all(_scope: Any, receive: Any, send: Any) -> None:
    """An application that reads the whole body before it answers, as Django does."""
    while (await receive())["more_body"]:
        pass
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def never_asked(*_given: Any) -> None:
    raise AssertionError("a body that is too large reached the application")


@pytest.mark.parametrize("declared", [True, False])
def test_a_body_that_is_too_large_never_reaches_the_application(declared: bool) -> None:
    connection = Connection(pieces=50, size=1_000_000, declared=declared)
    application = never_asked if declared else reads_all
    guarded = LimitedBody(application, limit=20_000_000)
    asyncio.run(guarded(connection.scope, connection.receive, connection.send))
    assert connection.status == 413
    page = b"".join(message.get("body", b"") for message in connection.told).decode()
    assert "That is too large" in page
    assert connection.read <= 50_000_000  # thrown away, so that a browser reads the answer


def test_an_endless_body_is_cut_off() -> None:
    connection = Connection(pieces=10**9, size=1_000_000)
    guarded = LimitedBody(never_asked, limit=20_000_000)
    asyncio.run(guarded(connection.scope, connection.receive, connection.send))
    assert connection.status == 413
    assert connection.read <= 101_000_000


def test_a_body_that_fits_passes_untouched() -> None:
    connection = Connection(pieces=20, size=1_000_000)
    guarded = LimitedBody(reads_all, limit=20_000_000)
    asyncio.run(guarded(connection.scope, connection.receive, connection.send))
    assert connection.status == 200
