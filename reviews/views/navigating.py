"""What the navigator fetches: marks to filter by, and the questions of the other lenses."""

from collections.abc import Collection
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from reviews.models import LensReview
from reviews.navigator import (
    PICKED,
    SHOW_ALL,
    SHOW_CHANGED,
    SHOW_MINE,
    SHOW_PRIORITISED,
    navigator,
    prioritised_questions,
)
from reviews.selectors import load_review, progress, reviews_of, risks_of, summaries, total
from reviews.selectors_assignments import assigned_questions
from reviews.selectors_conversation import open_threads
from reviews.selectors_marks import changed_questions, marks_of
from tenants.access import organization_view
from tenants.http import OrganizationRequest
from tenants.permissions import Permission
from workloads.selectors import load_workload


@require_safe
@organization_view(Permission.VIEW)
def marks(request: OrganizationRequest, workload_id: UUID) -> HttpResponse:
    """Return by review which questions changed, are one's own, talked about or prioritised."""
    workload = load_workload(workload_id)
    reviews = reviews_of(workload_id)
    found = marks_of(workload, reviews, request.actor.user_id)
    counts = summaries(reviews)
    priorities = workload.pillar_priorities
    first = {
        review.pk: prioritised_questions(review.lens_version.definition, priorities)
        for review in reviews
    }
    stand = {key: progress(total(by_pillar.values())) for key, by_pillar in counts.items()}
    return JsonResponse(
        {
            "reviews": {
                str(key): {
                    "changed": sorted(each.changed),
                    "mine": sorted(each.mine),
                    "comments": each.comments,
                    "prioritised": first[key],
                    "answered": stand[key].answered,
                    "questions": stand[key].questions,
                }
                for key, each in found.items()
            }
        }
    )


@require_safe
@organization_view(Permission.VIEW)
def questions(request: OrganizationRequest, workload_id: UUID, review_id: UUID) -> HttpResponse:
    """Return the questions of one of the workload's reviews, as a list for the navigator."""
    review = load_review(workload_id, review_id)
    shown = navigator(review.lens_version.definition, risks_of(review), None)
    context = {
        "navigator": shown,
        "review": review,
        "questions_url": questions_url(request, review),
    }
    return render(request, "reviews/navigator_list.html", context)


def picked_questions(
    request: OrganizationRequest, review: LensReview, show: str
) -> Collection[str]:
    """Return the questions that a filter of PICKED shows; reads nothing for the others."""
    if show not in PICKED:
        return ()
    if show == SHOW_MINE:
        return assigned_questions([review.pk], request.actor.user_id).get(review.pk, ())
    if show == SHOW_PRIORITISED:
        priorities = load_workload(review.workload_id).pillar_priorities
        return prioritised_questions(review.lens_version.definition, priorities)
    if show == SHOW_CHANGED:
        workload = load_workload(review.workload_id)
        return changed_questions(workload, [review]).get(review.pk, ())
    return open_threads([review.pk]).get(review.pk, {}).keys()


def kept_query(show: str, find: str) -> str:
    """Return what the addresses of other questions end in, so that the filter stays."""
    values = {"show": "" if show == SHOW_ALL else show, "find": find}
    query = urlencode({name: value for name, value in values.items() if value})
    return f"?{query}" if query else ""


def questions_url(request: OrganizationRequest, review: LensReview) -> str:
    """Return what the addresses of the review's questions begin with; the id and a slash follow."""
    place = "question_id"
    url = reverse(
        "question",
        kwargs={
            "slug": request.organization.slug,
            "workload_id": review.workload_id,
            "review_id": review.pk,
            "question_id": place,
        },
    )
    return url.removesuffix(f"{place}/")
