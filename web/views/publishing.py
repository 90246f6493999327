"""Publishing a lens: what is new and what it does to reviews first, then minor or major."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common.errors import Invalid, UserError
from common.forms import add_errors
from common.pagination import paginate
from lenses import selectors, services
from lenses.diff import LensDiff, diff
from lenses.diff_texts import sections, summary
from lenses.examination_shown import entries_of, groups_of
from lenses.forms import PublishForm, RenamesForm
from lenses.models import Lens, LensVersion
from lenses.rename_texts import rename_messages
from lenses.renames import check_renames, suggest_renames, write_renames
from lenses.review_of_document import examine
from lenses.versions import next_major, next_minor
from reviews.services.impact_jobs import request_impact
from tenants.access import organization_view
from tenants.http import OrganizationRequest
from tenants.permissions import Permission
from web.lens_impact import ShownImpact, load_impact

Kind = LensVersion.Kind

PAGE_SIZE = 25


@require_http_methods(["GET", "POST"])
@organization_view(Permission.MANAGE_LENSES)
def publish(request: OrganizationRequest, lens_id: UUID) -> HttpResponse:
    """Show what publishing the draft means, ask for its version and kind, and publish it."""
    form = PublishForm(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        try:
            published = services.publish_version(
                actor=request.actor, lens_id=lens_id, **form.cleaned_data
            )
        except UserError as error:
            if not isinstance(error, Invalid):
                raise
            add_errors(form, error)
        else:
            messages.success(
                request, _("Version %(version)s is published.") % {"version": published.version}
            )
            return redirect("lens", slug=request.organization.slug, lens_id=lens_id)
    lens = selectors.load_lens(lens_id)
    versions = selectors.versions_of(lens)
    draft = selectors.draft_among(versions)
    if draft is None:
        return redirect("lens", slug=request.organization.slug, lens_id=lens_id)
    text = request.POST.get("renames") or request.GET.get("renames", "")
    context = _consequences(lens, draft, versions, text)
    context["form"] = form or _publish_form(draft, versions, context)
    context["minor"], context["major"] = Kind.MINOR, Kind.MAJOR
    status = 422 if form is not None else 200
    return render(request, "web/lens_publish.html", context, status=status)


@require_http_methods(["GET", "POST"])
@organization_view(Permission.DRAFT_LENSES)
def impact(request: OrganizationRequest, lens_id: UUID) -> HttpResponse:
    """Show what publishing the draft does to each review; POST has a worker measure it."""
    lens = selectors.load_lens(lens_id)
    versions = selectors.versions_of(lens)
    draft = selectors.draft_among(versions)
    if draft is None:
        return redirect("lens", slug=request.organization.slug, lens_id=lens_id)
    if request.method == "POST":
        return _measure(request, draft)
    context = _consequences(lens, draft, versions, request.GET.get("renames", ""))
    found: ShownImpact | None = context.get("impact")
    if found is not None and found.impact is not None:
        page = paginate(request, found.impact.rows, size=PAGE_SIZE)
        context |= {"page": page, "lines": found.lines(list(page.object_list))}
    context["may_publish"] = request.actor.can(Permission.MANAGE_LENSES)
    return render(request, "web/lens_impact.html", context)


def _measure(request: OrganizationRequest, draft: LensVersion) -> HttpResponse:
    form = RenamesForm(request.POST)
    renames = form.cleaned_data["renames"] if form.is_valid() else {}
    job = request_impact(actor=request.actor, draft=draft, renames=renames)
    return redirect("job", slug=request.organization.slug, job_id=job.pk)


def _consequences(
    lens: Lens, draft: LensVersion, versions: list[LensVersion], text: str
) -> dict[str, Any]:
    """Return the diff to the version before, the impact on reviews, and the findings."""
    examination = examine(draft.document)
    predecessor = selectors.before(draft, versions)
    context: dict[str, Any] = {
        "lens": lens,
        "draft": draft,
        "predecessor": predecessor,
        "groups": groups_of(entries_of(examination)),
        "errors": sum(problem.severity == "error" for problem in examination.problems),
    }
    if examination.definition is None or predecessor is None:
        return context
    before, after = predecessor.definition, examination.definition
    renames_form = RenamesForm({"renames": text})
    renames = renames_form.cleaned_data["renames"] if renames_form.is_valid() else {}
    if problems := check_renames(renames, before, after):
        renames_form.add_error("renames", rename_messages(problems))
        renames = {}
    found = diff(before, after, renames)
    suggested = {} if renames else suggest_renames(before, after)
    return context | {
        "renames_form": renames_form,
        "may_rename": bool(renames) or _has_gone_and_new(found) or bool(renames_form.errors),
        "renames": write_renames(renames),
        "suggested": write_renames(suggested),
        "suggested_query": urlencode({"renames": write_renames(suggested)}),
        "query": urlencode({"renames": write_renames(renames)}) if renames else "",
        "diff": found,
        "sentences": summary(found),
        "sections": sections(found),
        "impact": load_impact(draft, renames, versions),
        "diff_url": _diff_query(predecessor, draft),
    }


def _diff_query(before: LensVersion, after: LensVersion) -> str:
    return urlencode({"from": str(before.pk), "to": str(after.pk)})


def _has_gone_and_new(found: LensDiff) -> bool:
    gone = any(question.is_removed for question in found.questions)
    new = any(question.is_added for question in found.questions)
    choices = (
        {choice.is_added for choice in question.choices if choice.is_added or choice.is_removed}
        for question in found.questions
    )
    return (gone and new) or {True, False} in choices


def _publish_form(
    draft: LensVersion, versions: list[LensVersion], context: dict[str, Any]
) -> PublishForm:
    taken = [version.version for version in versions if version.version]
    kind = Kind.MINOR
    found: ShownImpact | None = context.get("impact")
    if found is not None and _asks_for_major(context["diff"], found):
        kind = Kind.MAJOR
    last = taken[0] if taken else None
    proposal = next_minor(last, taken)
    if kind == Kind.MAJOR and last is not None:
        proposal = next_major(last, taken) or proposal
    return PublishForm(
        initial={
            "version": proposal,
            "kind": kind,
            "draft_sha256": draft.sha256,
            "renames": context.get("renames", ""),
        }
    )


def _asks_for_major(found: LensDiff, impact: ShownImpact) -> bool:
    # What takes answers away, asks new questions or judges otherwise should be somebody's decision.
    return impact.touched > 0 or any(
        question.is_added or question.is_removed or question.is_judged_differently
        for question in found.questions
    )
