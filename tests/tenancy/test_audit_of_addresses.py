"""Whatever changes something by an address leaves an event in the audit log."""

import pytest

from tenants import audit
from tenants.context import in_organization
from tenants.models import AuditEvent
from tests.tenancy.places import DATA, ask
from tests.tenancy.world import World

NOT_RECORDED = {
    "organization-new": "what makes an organisation is recorded in the one it makes",
    "notes-preview": "shows what was sent, and keeps nothing",
    "plan-what-if": "shows what would be, and keeps nothing",
    "scenario-dates": "without a seal it shows what would be; each item it changes is recorded",
    "workload-import": "keeps the file for a preview, which records what becomes of it",
    "answers-import": "keeps the file for a preview, which records what becomes of it",
    "saved-views": "takes the filter of its address, which is none here: test_saved_views.py",
    "workload-presence": "who looks at what is forgotten when the page is closed",
}
RECORDED = sorted(DATA.keys() - NOT_RECORDED.keys())


@pytest.mark.parametrize("name", RECORDED)
def test_every_address_that_changes_something_is_recorded(world: World, name: str) -> None:
    northwind, owner = world.cast.northwind, world.cast.owner
    with in_organization(northwind.pk):
        before = AuditEvent.objects.count()
    response = ask(world.client("owner"), name, "POST", world.northwind, keep=True)
    assert response.status_code == 302
    with in_organization(northwind.pk):
        event = AuditEvent.objects.order_by("-sequence")[0]
        assert AuditEvent.objects.count() > before
        assert (event.actor_id, event.address) == (owner.pk, "127.0.0.1")
        assert event.request_id == response["X-Request-ID"]
        assert audit.first_broken_event() is None
