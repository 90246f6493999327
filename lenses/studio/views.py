"""The pages of the studio, and the one address to which all its changes go."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseLocation

from common.errors import InvalidDocument, NotFound
from common.htmx import announce, wants_partial
from lenses.models import LensVersion
from lenses.selectors import load_lens
from lenses.studio import selectors, services
from lenses.studio.addresses import LENS, Address, TargetGone, exists
from lenses.studio.analysis import try_question
from lenses.studio.fields import EditError
from lenses.studio.forms import Submitted
from lenses.studio.operations import Clash
from lenses.studio.pages import StudioPage
from lenses.studio.requests import Sent, read_request
from lenses.studio.services import Saved
from tenants.access import organization_view
from tenants.http import OrganizationRequest
from tenants.permissions import Permission

_TEMPLATE = "lenses/studio/studio.html"


@require_safe
@organization_view(Permission.DRAFT_LENSES)
def studio(request: OrganizationRequest, lens_id: UUID) -> HttpResponse:
    """Open a lens: its draft to write, anything else to read."""
    return _show(request, _open(request, lens_id, LENS))


@require_safe
@organization_view(Permission.DRAFT_LENSES)
def pillar(request: OrganizationRequest, lens_id: UUID, pillar_id: str) -> HttpResponse:
    """Open one pillar."""
    return _show(request, _open(request, lens_id, Address("pillar", pillar_id)))


@require_safe
@organization_view(Permission.DRAFT_LENSES)
def question(request: OrganizationRequest, lens_id: UUID, question_id: str) -> HttpResponse:
    """Open one question with its choices and rules."""
    return _show(request, _open(request, lens_id, Address("question", question_id)))


@require_safe
@organization_view(Permission.DRAFT_LENSES)
def test(request: OrganizationRequest, lens_id: UUID, question_id: str) -> HttpResponse:
    """Answer a question as a reviewer would: the risk and the rule that gave it."""
    page = _open(request, lens_id, Address("question", question_id))
    if not wants_partial(request):
        return _show(request, page)
    return render(request, "lenses/studio/trial.html#outcome", _context(request, page))


def _open(
    request: OrganizationRequest,
    lens_id: UUID,
    at: Address,
    submitted: Submitted | None = None,
) -> StudioPage:
    lens = load_lens(lens_id)
    try:
        version_id = UUID(request.GET["version"]) if "version" in request.GET else None
    except ValueError:
        raise NotFound from None
    version = selectors.open_version(lens, version_id)
    return StudioPage(
        slug=request.organization.slug,
        lens=lens,
        version=version,
        document=selectors.document_of(version),
        problems=selectors.problems_of(version),
        at=at,
        may_edit=version.status == LensVersion.Status.DRAFT and not lens.is_built_in,
        submitted=submitted,
    )


def _context(request: OrganizationRequest, page: StudioPage, **more: Any) -> dict[str, Any]:
    # A save sends the trial's ticks along, so that what it shows stays.
    asked = request.POST if request.method == "POST" else request.GET
    context = {
        "page": page,
        "lens": page.lens,
        "version": page.version,
        "at": page.at,
        "may_edit": page.may_edit,
        "is_json": asked.get("view") == "json",
        "may_publish": page.may_edit and request.actor.can(Permission.MANAGE_LENSES),
        "clashes": (),
    }
    if page.at.kind == "question":
        trial = try_question(
            page.item,
            asked.getlist("tick"),
            asked.getlist("na"),
            applies="na_question" not in asked,
        )
        context |= {
            "trial": trial,
            "ticked": asked.getlist("tick"),
            "dropped": asked.getlist("na"),
            "does_not_apply": "na_question" in asked,
        }
    return context | more


def _show(request: OrganizationRequest, page: StudioPage) -> HttpResponse:
    context = _context(request, page)
    deleted, base = request.GET.get("deleted", ""), request.GET.get("base", "")
    if deleted and base.isdecimal() and page.may_edit:
        try:
            if not exists(page.document, Address.parse(deleted)):
                context |= {"deleted": deleted, "base": base}
        except ValueError:
            pass
    return render(request, _TEMPLATE, context)


@require_POST
@organization_view(Permission.DRAFT_LENSES)
def save(request: OrganizationRequest, lens_id: UUID) -> HttpResponse:
    """Apply one operation to the draft, and answer with what changed on the page."""
    sent = read_request(request.POST)
    try:
        saved = services.change_draft(
            actor=request.actor,
            lens_id=lens_id,
            operation=sent.operation,
            expected_revision=sent.revision,
        )
    except EditError as error:
        text = _(error.template) % error.parameters
        return _refused(request, lens_id, sent, {error.field: [text]})
    except InvalidDocument as error:
        return _refused(request, lens_id, sent, {"text": []}, refusal=error)
    except TargetGone:
        text = _("It is no longer there: a colleague deleted it.")
        return _refused(request, lens_id, sent, {"": [text]}, status=409)
    return _answer(request, sent, saved)


def _answer(request: OrganizationRequest, sent: Sent, saved: Saved) -> HttpResponse:
    done, at = saved.done, sent.at
    if sent.operation.address == at or not exists(done.document, at):
        # What is open was renamed, deleted, or rewritten as JSON.
        at = done.address.page if exists(done.document, done.address) else LENS
    if sent.operation.kind == "add" and done.address.kind != "choice":
        at = done.address
    page = StudioPage(
        slug=request.organization.slug,
        lens=saved.lens,
        version=saved.draft,
        document=done.document,
        problems=saved.problems,
        at=at,
        may_edit=True,
    )
    if done.clashes:
        return _clashed(request, sent, page, done.clashes)
    is_elsewhere = at != sent.at
    query: dict[str, Any] = {}
    if sent.view == "json":
        query["view"] = "json"
    if sent.operation.kind == "delete":
        query |= {"deleted": sent.operation.address, "base": saved.draft.draft_revision - 1}
    url = page.url(at) + (f"?{urlencode(query)}" if query else "")
    if not wants_partial(request):
        if done.address.kind == "choice" and not query:
            url = page.url(done.address)
        return redirect(url)
    if is_elsewhere:
        return HttpResponseLocation(url, target="#studio", select="#studio", swap="outerHTML")
    context = _context(
        request,
        page,
        sent=sent,
        is_whole=done.is_structural or sent.operation.keeps_mine or _differs(sent, page),
        form=_sent_form(sent, page),
        deleted=query.get("deleted"),
        base=query.get("base"),
    )
    response = render(request, f"{_TEMPLATE}#saved", context)
    return announce(response, done.summary) if done.is_structural else response


def _sent_form(sent: Sent, page: StudioPage) -> Any:
    """The form that was sent as it is stored now, for the parts of the page that follow it."""
    if sent.operation.kind == "rule":
        if page.at != sent.operation.address or page.at.kind != "question":
            return None
        return next((rule for rule in page.rules if rule.form_id == sent.form_id), None)
    if sent.operation.kind == "texts" and exists(page.document, sent.operation.address):
        return page.form(sent.operation.address)
    return None


def _differs(sent: Sent, page: StudioPage) -> bool:
    """Whether what is stored is not what the sender's form shows: a colleague's change came in."""
    if sent.operation.kind != "texts" or not exists(page.document, sent.operation.address):
        return False
    form = page.form(sent.operation.address)
    shown = {name: text.replace("\r\n", "\n") for name, text in sent.operation.values.items()}
    return any(
        view.value.strip() != " ".join(shown[name].split("\n")).strip()
        and view.value.strip() != shown[name].strip()
        for name, view in form.fields.items()
        if name in shown
    )


def _clashed(
    request: OrganizationRequest, sent: Sent, page: StudioPage, clashes: tuple[Clash, ...]
) -> HttpResponse:
    is_json = sent.operation.kind == "json"
    if is_json:
        page.submitted = sent.submitted({})
    context = _context(request, page, sent=sent, clashes=clashes, is_whole=not is_json)
    name = f"{_TEMPLATE}#clashed" if wants_partial(request) else _TEMPLATE
    return render(request, name, context, status=409)


def _refused(
    request: OrganizationRequest,
    lens_id: UUID,
    sent: Sent,
    errors: dict[str, list[str]],
    *,
    refusal: InvalidDocument | None = None,
    status: int = 422,
) -> HttpResponse:
    """Say beside its field what was refused, with all that was sent still there."""
    lens = load_lens(lens_id)
    document = selectors.document_of(selectors.open_version(lens))
    at = sent.at if exists(document, sent.at) else LENS
    page = _open(request, lens_id, at, sent.submitted(errors))
    context = _context(
        request,
        page,
        sent=sent,
        errors=errors,
        general=errors.get("", []),
        refusal=refusal,
        form=_sent_form(sent, page),
    )
    name = f"{_TEMPLATE}#refused" if wants_partial(request) else _TEMPLATE
    return render(request, name, context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@organization_view(Permission.DRAFT_LENSES)
def history(request: OrganizationRequest, lens_id: UUID) -> HttpResponse:
    """List what the draft has been, and go back to one of it."""
    lens = load_lens(lens_id)
    if request.method == "POST":
        revision = request.POST.get("revision", "")
        if not revision.isdecimal() or len(revision) > 9:  # noqa: PLR2004 - digits of an integer
            raise NotFound
        services.restore_change(actor=request.actor, lens_id=lens_id, revision=int(revision))
        messages.success(request, _("The draft is again what it was then."))
        return redirect("lens-studio", slug=request.organization.slug, lens_id=lens_id)
    version = selectors.open_version(lens)
    context = {
        "lens": lens,
        "version": version,
        "changes": list(selectors.changes_of(version)),
        "may_restore": version.status == LensVersion.Status.DRAFT and not lens.is_built_in,
        "kept": services.KEPT_CHANGES,
    }
    return render(request, "lenses/studio/history.html", context)
