"""Times in the zone that the browser's cookie names."""

import zoneinfo
from datetime import UTC, datetime

import pytest
from django.test import Client

from tenants.context import in_organization
from tests.builders import make_workload
from tests.conftest import Cast
from workloads.models import Workload

LATE = datetime(2024, 1, 31, 23, 30, tzinfo=UTC)


@pytest.fixture
def client(cast: Cast) -> Client:
    """The owner's browser, with a workload that was created shortly before midnight in London."""
    with in_organization(cast.northwind.pk):
        workload = make_workload()
        Workload.objects.filter(pk=workload.pk).update(updated_at=LATE)
    client = Client()
    client.force_login(cast.owner)
    return client


def shown(client: Client, zone: str | None) -> str:
    """Return the page of workloads as a browser of that zone gets it."""
    session = f"sessionid={client.session.session_key}"
    cookies = session if zone is None else f"{session}; time_zone={zone}"
    # As servers hand over the bytes of a header.
    raw = cookies.encode("utf-8", "surrogatepass").decode("latin-1")
    response = client.get("/o/northwind/workloads/", HTTP_COOKIE=raw)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize(
    ("zone", "day", "full"),
    [
        (None, "31 Jan 2024", "31 January 2024, 23:30 UTC"),
        ("UTC", "31 Jan 2024", "31 January 2024, 23:30 UTC"),
        ("Europe/Berlin", "1 Feb 2024", "1 February 2024, 00:30 CET"),
        ("America/Los_Angeles", "31 Jan 2024", "31 January 2024, 15:30 PST"),
        ("Asia/Kathmandu", "1 Feb 2024", "1 February 2024, 05:15 +0545"),
        ("Pacific/Kiritimati", "1 Feb 2024", "1 February 2024, 13:30 +14"),
        ("Etc/GMT+5", "31 Jan 2024", "31 January 2024, 18:30 -05"),
    ],
)
def test_a_moment_is_shown_in_the_reader_s_zone(
    client: Client, zone: str | None, day: str, full: str
) -> None:
    page = shown(client, zone)
    assert f'title="{full}">{day}<' in page
    assert 'datetime="2024-01-31T23:30:00+00:00"' in page  # the machine's is always the same


@pytest.mark.parametrize(
    "zone",
    [
        "",
        "Mars/Phobos",
        "../../etc/passwd",
        "/etc/localtime",
        "Europe/Berlin/../Berlin",
        "europe/berlin ",
        "Europe/Berlin\x00",
        "x" * 4000,
        "<script>alert(1)</script>",
        "Европа/Берлин",
        "%45urope/Berlin",
        "\ud800",
        "posix/Europe/Berlin",
        "tzdata.zi",
        "zone.tab",
        "None",
        "../zoneinfo/UTC",
    ],
)
def test_nonsense_in_the_cookie_counts_as_no_cookie(client: Client, zone: str) -> None:
    page = shown(client, zone)
    assert "31 January 2024, 23:30 UTC" in page
    assert "alert(1)" not in page


def test_no_reader_s_zone_is_left_for_the_next_one(client: Client) -> None:
    shown(client, "Asia/Tokyo")
    assert "23:30 UTC" in shown(client, None)


def test_every_zone_that_is_accepted_can_be_loaded() -> None:
    from accounts.middleware import _zone

    zones = zoneinfo.available_timezones()
    assert len(zones) > 400
    assert all(_zone(name) is not None for name in zones)


def test_pages_before_the_sign_in_take_any_cookie(db: None) -> None:
    client = Client()
    for zone in ("Europe/Berlin", "\x00", "../.."):
        client.cookies["time_zone"] = zone
        assert client.get("/accounts/login/").status_code == 200
