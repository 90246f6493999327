"""A filter of the portfolio under a name: for oneself, or for everybody."""

import pytest
from django.test import Client

from tenants.context import in_organization
from tenants.models import AuditEvent, Membership, Organization
from tests.builders import make_workload
from tests.conftest import Cast
from tests.web.portfolio import PORTFOLIO, ClientOf, shown
from workloads.models import SavedView

VIEWS = f"{PORTFOLIO}portfolio/views/"


@pytest.fixture(autouse=True)
def _workload(in_northwind: Organization) -> None:
    make_workload()


def save(client: Client, name: str = "Ours", *, query: str = "?owner=Owner", **more: str) -> int:
    return client.post(f"{VIEWS}{query}", {"name": name, **more}).status_code


def names(client: Client) -> list[str]:
    return [link["view"].name for link in shown(client).context["views"]]


def test_a_view_is_one_s_own(client_of: ClientOf) -> None:
    viewer = client_of("viewer")
    assert save(viewer) == 302
    assert names(viewer) == ["Ours"]
    assert names(client_of("lead")) == []
    page = shown(viewer, "?owner=Owner")
    assert [link["is_current"] for link in page.context["views"]] == [True]
    assert f'href="{PORTFOLIO}?owner=Owner"' in page.content.decode()


def test_who_manages_workloads_may_share_one(client_of: ClientOf) -> None:
    assert save(client_of("lead"), is_shared="on") == 302
    assert names(client_of("viewer")) == ["Ours"]
    assert "is_shared" in client_of("lead").get(f"{VIEWS}?owner=Owner").content.decode()
    assert "is_shared" not in client_of("viewer").get(f"{VIEWS}?owner=Owner").content.decode()


def test_what_a_contributor_sends_as_shared_is_their_own(client_of: ClientOf) -> None:
    save(client_of("contributor"), is_shared="on")
    assert SavedView.objects.get().is_shared is False
    assert names(client_of("viewer")) == []


def test_the_same_name_replaces_one_s_own_and_no_one_else_s(client_of: ClientOf) -> None:
    save(client_of("viewer"))
    save(client_of("lead"), query="?tag=team")
    save(client_of("lead"), "ours", query="?tag=tier", is_shared="on")
    save(client_of("viewer"), "OURS", query="?environment=PRODUCTION")
    found = sorted(SavedView.objects.values_list("name", "is_shared"))
    assert found == [("OURS", False), ("Ours", False), ("ours", True)]
    assert SavedView.objects.get(name="OURS").parameters == {"environment": "PRODUCTION"}


@pytest.mark.parametrize(
    ("name", "query"),
    [("", "?tag=a"), ("x", "?tag=a"), ("x" * 61, "?tag=a"), ("a\x00b", "?tag=a"), ("Ours", "")],
)
def test_what_cannot_be_saved_is_refused_beside_its_field(
    client_of: ClientOf, name: str, query: str
) -> None:
    assert save(client_of("lead"), name, query=query) == 422
    assert not SavedView.objects.exists()


def test_the_plan_limits_their_number(client_of: ClientOf, in_northwind: Organization) -> None:
    in_northwind.limits = {"saved_views": 1}
    in_northwind.save()
    viewer = client_of("viewer")
    assert save(viewer) == 302
    assert save(viewer, "Another") == 422
    assert save(viewer, "Ours", query="?tag=a") == 302, "replacing adds none"
    assert save(client_of("lead"), "Another") == 302, "the limit is a person's"


def test_in_a_dialog_it_goes_on_to_the_filtered_portfolio(client_of: ClientOf) -> None:
    viewer, htmx = client_of("viewer"), {"HX-Request": "true"}
    dialog = viewer.get(f"{VIEWS}?owner=Owner", headers=htmx).content.decode()
    assert "<html" not in dialog
    bad = viewer.post(f"{VIEWS}?owner=Owner", {"name": ""}, headers=htmx)
    assert bad.status_code == 422
    assert "<html" not in bad.content.decode()
    good = viewer.post(f"{VIEWS}?owner=Owner", {"name": "Ours"}, headers=htmx)
    assert good.headers["HX-Redirect"] == f"{PORTFOLIO}?owner=Owner"


def test_deleting_goes_by_role(client_of: ClientOf, cast: Cast) -> None:
    save(client_of("viewer"), "Mine")
    save(client_of("lead"), "For all", is_shared="on")
    mine, shared = (SavedView.objects.get(name=name).pk for name in ("Mine", "For all"))

    def delete(who: str, view: object) -> int:
        return client_of(who).post(f"{VIEWS}{view}/delete/").status_code

    assert delete("owner", mine) == 404, "nobody else sees it"
    assert delete("viewer", shared) == 403
    assert delete("stranger", mine) == 404
    assert delete("viewer", mine) == 302
    assert delete("admin", shared) == 302
    assert not SavedView.objects.exists()
    assert list(AuditEvent.objects.filter(verb="view.deleted").values_list("object_name")) == [
        ("Mine",),
        ("For all",),
    ]


def test_who_leaves_takes_their_own_along_and_leaves_what_they_shared(
    client_of: ClientOf, cast: Cast
) -> None:
    save(client_of("lead"), "Mine")
    save(client_of("lead"), "For all", is_shared="on")
    Membership.objects.get(user=cast.lead).delete()
    assert list(SavedView.objects.values_list("name", "owner")) == [("For all", None)]


def test_a_view_that_makes_no_sense_any_more_shows_what_is_left_of_it(client_of: ClientOf) -> None:
    viewer = client_of("viewer")
    save(viewer)
    SavedView.objects.update(parameters={"environment": "GONE", "color": "red", "tag": "a"})
    (link,) = shown(viewer).context["views"]
    assert link["query"] == "?tag=a"


def test_views_of_others_stay_where_they_are(client_of: ClientOf, cast: Cast) -> None:
    with in_organization(cast.southridge.pk):
        SavedView.objects.create(name="Foreign", name_key="foreign", is_shared=True)
    assert names(client_of("owner")) == []
