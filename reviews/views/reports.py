"""Reports: asking for one, watching it being written, downloading it, deleting it."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from common.downloads import download
from common.errors import NotFound, UserError
from common.forms import add_errors, submitted
from common.htmx import announce, wants_partial
from common.pagination import paginate
from reviews.report_asking import choosing, what_about
from reviews.report_forms import About
from reviews.reports.kinds import find_kind
from reviews.selectors_reports import load_report, report_row, reports
from reviews.services.reports import delete_report, may_delete, request_report
from tenants.access import organization_view
from tenants.http import OrganizationRequest
from tenants.permissions import Permission
from tenants.plans import limit
from workloads.models import Workload
from workloads.properties import name_key

# So many names are proposed where a workload is chosen; any other may be typed.
_MOST_PROPOSED = 200


@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
@organization_view(Permission.VIEW)
def report_list(request: OrganizationRequest) -> HttpResponse:
    """Show the reports that are kept, and take requests: ``?workload=`` says about what.

    With ``other=`` they are about two, without either about the organisation, narrowed down by what
    its kinds let be said.

    What htmx asks for while one is being written is the list alone.
    """
    about = what_about(_given(request), request.actor)
    if request.method != "POST" and wants_partial(request):
        return _progress(request, about)
    if found := _named(request, about):
        return HttpResponseRedirect(_url(request, found))
    chosen = choosing(about, request.actor, sent=submitted(request), asked=request.GET)
    form, status = chosen.form, 422 if chosen.problems else 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                request_report(
                    actor=request.actor,
                    kind=form.cleaned_data["kind"],
                    subject=form.subject,
                    language=form.cleaned_data.get("language", ""),
                )
            except UserError as error:
                add_errors(form, error)
                status = error.status
            else:
                messages.success(request, _("The report is being written."))
                return HttpResponseRedirect(f"{_url(request, about.workload)}#reports")
    context = {
        **_list_context(request, about),
        **_choosing_context(request, about),
        "form": form,
        "chosen": chosen,
    }
    return render(request, "reviews/reports/list.html", context, status=status)


def _given(request: OrganizationRequest) -> QueryDict:
    return request.POST if request.method == "POST" else request.GET


def _url(request: OrganizationRequest, workload: Workload | None) -> str:
    url = reverse("reports", kwargs={"slug": request.organization.slug})
    return f"{url}?workload={workload.pk}" if workload else url


def _named(request: OrganizationRequest, about: About) -> Workload | None:
    """Return the workload that was asked for by its name, if there is one."""
    wanted = _wanted_name(request)
    if not wanted or about.workload:
        return None
    found: Workload | None = Workload.objects.filter(name_key=name_key(wanted)).first()
    return found


def _wanted_name(request: OrganizationRequest) -> str:
    return request.GET.get("name", "").replace("\x00", "").strip()


def _choosing_context(request: OrganizationRequest, about: About) -> dict[str, Any]:
    """What choosing a workload needs: names to propose, and the one that there is none of."""
    latest = Workload.objects.order_by("-updated_at", "pk").values_list("name", flat=True)
    return {
        "wanted_name": _wanted_name(request),
        "workload_names": [] if about.workload else sorted(latest[:_MOST_PROPOSED]),
    }


def _list_context(request: OrganizationRequest, about: About) -> dict[str, Any]:
    workload = about.workload
    page = paginate(request, reports(workload.pk if workload else None))
    rows = [report_row(report) for report in page]
    return {
        "workload": workload,
        "page": page,
        "rows": [(row, may_delete(request.actor, row.report)) for row in rows],
        "is_unfinished": any(row.is_unfinished for row in rows),
        "list_url": _url(request, workload),
        "days": limit(request.organization, "report_days"),
    }


def _progress(request: OrganizationRequest, about: About) -> HttpResponse:
    context = _list_context(request, about)
    response = render(request, "reviews/reports/list.html#found", context)
    if context["is_unfinished"]:
        return response
    return announce(response, _("The reports are written."))


@require_safe
@organization_view(Permission.VIEW)
def report_file(request: OrganizationRequest, report_id: UUID) -> HttpResponse:
    """Send a report's file, to be saved; whoever may not ask for such a report gets none."""
    report = load_report(report_id)
    kind = find_kind(report.kind)
    if kind is not None:
        request.actor.require(kind.permission)
    if not report.file.name:
        raise NotFound(_("The report is not written yet."))
    try:
        file = report.file.open("rb")
    except FileNotFoundError:
        raise NotFound(_("The file is missing from the storage. Tell an operator.")) from None
    response = download(
        request, file, name=report.filename, content_type=report.content_type, size=report.size
    )
    return cast(HttpResponse, response)  # django-stubs has no common name for what views return


@require_http_methods(["GET", "HEAD", "POST"])
@organization_view(Permission.VIEW)
def report_delete(request: OrganizationRequest, report_id: UUID) -> HttpResponse:
    """Ask before a report is deleted, and delete it when that is confirmed."""
    back = reverse("reports", kwargs={"slug": request.organization.slug})
    if request.method == "POST":
        report = delete_report(actor=request.actor, report_id=report_id)
        messages.success(
            request, _("The report on %(name)s was deleted.") % {"name": report.subject}
        )
        return HttpResponseRedirect(back)
    report = load_report(report_id)
    if not may_delete(request.actor, report):
        return HttpResponseRedirect(back)
    context: dict[str, Any] = {"row": report_row(report), "back": back}
    return render(request, "reviews/reports/delete.html", context)
