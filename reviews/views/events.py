"""The event stream of a workload's pages, and where a page says which question it shows."""

import re
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from common.errors import Invalid
from common.ids import new_id
from lenses.definition import Question
from reviews import presence
from reviews.models import LensReview
from reviews.presence import Here
from reviews.streams import stream_of
from tenants.access import organization_view
from tenants.http import OrganizationRequest
from tenants.permissions import Permission
from tenants.streams import StreamRequest, event_stream, organization_stream
from workloads.selectors import load_workload

_TAB: Final = re.compile(r"[A-Za-z0-9-]{0,40}")
_LONGEST_ID: Final = 128


@require_GET
@organization_stream(Permission.VIEW, finds=load_workload)
async def events(request: StreamRequest, workload_id: UUID) -> HttpResponseBase:
    """Stream what happens in the workload's reviews.

    The query may say where the page is: ``review`` and ``question``, and as ``tab`` any name that
    it will say again when it moves on.
    """
    actor = request.listener.actor
    tab, review, question = _where(request.GET)
    here = Here(
        person_id=str(actor.user_id),
        tab=tab or new_id().hex,
        name=actor.name,
        review=review,
        question=question,
    )
    return event_stream(stream_of(request.listener, workload_id, here))


@require_POST
@organization_view(Permission.VIEW)
def moved(request: OrganizationRequest, workload_id: UUID) -> HttpResponse:
    """Take note of the question that a page shows now, for the others to see.

    ``review``, ``question`` and the ``tab`` of the page's stream; without a tab, all of the
    person's pages. A page without a stream is not seen, so nothing is noted of it.
    """
    load_workload(workload_id)
    tab, review, question = _where(request.POST)
    presence.move(
        workload_id, str(request.actor.user_id), tab=tab, review=review, question=question
    )
    return HttpResponse(status=204)


def people_context(
    request: OrganizationRequest, review: LensReview, question: Question
) -> dict[str, Any]:
    """Return what the part "Here now" reads: the others, and where in the workload each is."""
    address = reverse(
        "workload", kwargs={"slug": request.organization.slug, "workload_id": review.workload_id}
    ).removesuffix("/")
    titles = {each.id: each.title for each in review.lens_version.definition.questions}
    titles[question.id] = _("at this question")
    others = (
        person
        for person in presence.who_is_here(review.workload_id)["people"]
        if person["id"] != str(request.actor.user_id)
    )
    people = [
        {
            "name": person["name"],
            "url": f"{address}/review/{person['review']}/{person['question']}/",
            "place": titles.get(person["question"] if person["review"] == str(review.pk) else "")
            or _("at another question"),
        }
        if person["review"] and person["question"]
        else {"name": person["name"]}
        for person in others
    ]
    return {"people": people, "people_address": address}


def _where(data: QueryDict) -> tuple[str, str, str]:
    """Return tab, review and question; raises Invalid for what cannot be one.

    Whether there is such a question is not asked: it is shown to members as somebody's place only.
    """
    tab, review, question = (data.get(name, "") for name in ("tab", "review", "question"))
    errors = {}
    if not _TAB.fullmatch(tab):
        errors["tab"] = [_("A tab is named by at most 40 letters, digits and hyphens.")]
    if review and not _is_id(review):
        errors["review"] = [_("This is not the id of a review.")]
    if len(question) > _LONGEST_ID or "\x00" in question:
        errors["question"] = [_("This is not the id of a question.")]
    if errors:
        raise Invalid(fields=errors)
    return tab, review, question


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
