"""What a member can go to or do from anywhere: the names that the command palette searches."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from lenses.definition import LensDefinition
from lenses.models import LensVersion
from lenses.schema.compiling import compiled_versions
from reviews.models import LensReview
from tenants.actors import Actor
from tenants.models import Organization
from tenants.permissions import Permission
from tenants.selectors import members, organizations_of
from web.palette import Entry, Kind
from workloads.models import Workload

_MOST_COMPILED: Final = 1
"""Lens versions that one request reads and compiles; more come with the next key pressed."""

_LISTED: Final = (
    LensVersion.Status.PUBLISHED,
    LensVersion.Status.DEPRECATED,
    LensVersion.Status.DRAFT,
)


def palette_entries(actor: Actor, workload_id: UUID | None) -> list[Entry]:
    """Return everything the actor can go to or do; questions are those of the workload, if any.

    Names only, and five queries at most, whatever there is.
    """
    workloads = list(_workloads())
    here = next((row for row in workloads if row.parts["workload_id"] == str(workload_id)), None)
    versions = _versions(workload_id if here else None)
    return [
        *workloads,
        *_lenses(versions),
        *_questions(versions, here),
        *_people(),
        *_actions(actor, here),
        *(_organizations(actor) if actor.user_id else ()),
    ]


def address(entry: Entry, slug: str) -> str:
    """Return where an entry leads to; empty for what the page does itself."""
    if not entry.url_name:
        return ""
    parts: dict[str, str] = {} if entry.url_name in _OUTSIDE else {"slug": slug}
    anchor = f"#{entry.anchor}" if entry.anchor else ""
    return reverse(entry.url_name, kwargs=parts | dict(entry.parts)) + anchor


_OUTSIDE: Final = frozenset({"organization-new", "account_change_password"})


def _workloads() -> Iterator[Entry]:
    rows = Workload.objects.values_list("pk", "name", "review_owner")
    for pk, name, owner in rows:
        yield Entry(
            key=f"workload:{pk}",
            kind=Kind.WORKLOAD,
            title=name,
            detail=owner,
            url_name="workload",
            parts={"workload_id": str(pk)},
        )


@dataclass(frozen=True, slots=True)
class _Use:
    """A lens version, and the review of the workload at hand that is pinned to it."""

    version: LensVersion
    is_used: bool
    review_id: UUID | None


def _versions(workload_id: UUID | None) -> list[_Use]:
    uses = LensReview.objects.filter(lens_version=OuterRef("pk")).order_by()
    if workload_id:
        used: Any = Subquery(uses.filter(workload=workload_id).values("pk")[:1])
        is_used = Q(used__isnull=False)
    else:
        used, is_used = Exists(uses), Q(used=True)
    listed = Q(status__in=_LISTED, lens__deleted_at=None)
    rows = LensVersion.objects.defer("document", "warnings", "notes").select_related("lens")
    found = rows.annotate(used=used).filter(listed | is_used)
    return [
        _Use(row, bool(row.used), row.used if workload_id else None)
        for row in found.order_by("lens_id", "-published_at", "-pk")
    ]


def _lenses(versions: list[_Use]) -> Iterator[Entry]:
    lenses = {
        use.version.lens_id: use.version.lens
        for use in versions
        if use.version.status in _LISTED and use.version.lens.deleted_at is None
    }
    for lens in lenses.values():
        yield Entry(
            key=f"lens:{lens.pk}",
            kind=Kind.LENS,
            title=lens.name,
            aliases=lens.alias,
            url_name="lens",
            parts={"lens_id": str(lens.pk)},
        )


def _questions(versions: list[_Use], here: Entry | None) -> Iterator[Entry]:
    """Questions and practices of the lenses in use, each lens in its latest version in use."""
    latest: dict[UUID, _Use] = {}
    for use in versions:
        if use.is_used:
            latest.setdefault(use.version.lens_id, use)
    compiled = 0
    for use in latest.values():
        if compiled_versions.get(use.version.sha256) is None:
            compiled += 1
            if compiled > _MOST_COMPILED:
                continue
        yield from _questions_of(use, use.version.definition, here)


def _questions_of(use: _Use, definition: LensDefinition, here: Entry | None) -> Iterator[Entry]:
    lens = str(use.version.lens_id)
    url_name = "question" if here else "lens-version"
    for pillar in definition.pillars:
        for question in pillar.questions:
            if here:
                parts = {
                    **here.parts,
                    "review_id": str(use.review_id),
                    "question_id": question.id,
                }
                anchor = ""
            else:
                parts = {"lens_id": lens, "version_id": str(use.version.pk)}
                anchor = f"q-{question.id}"
            yield Entry(
                key=f"question:{lens}:{question.id}",
                kind=Kind.QUESTION,
                title=question.title,
                detail=f"{definition.name} · {pillar.name} {question.number}",
                aliases=question.id,
                url_name=url_name,
                parts=parts,
                anchor=anchor,
            )
            for choice in question.choices:
                if choice.is_none_of_these:
                    continue
                yield Entry(
                    key=f"practice:{lens}:{question.id}:{choice.id}",
                    kind=Kind.PRACTICE,
                    title=choice.title,
                    detail=question.title,
                    url_name=url_name,
                    parts=parts,
                    anchor=f"choice-{choice.id}" if here else anchor,
                )


def _people() -> Iterator[Entry]:
    for member in members():
        name = str(member.user)
        yield Entry(
            key=f"person:{member.pk}",
            kind=Kind.PERSON,
            title=name,
            detail=member.user.email if member.user.email != name else "",
            url_name="members",
            anchor=f"member-{member.pk}",
        )


def _organizations(actor: Actor) -> Iterator[Entry]:
    for organization in organizations_of(actor.user_id):  # type: ignore[arg-type]
        if organization.pk != actor.organization.pk:
            yield _organization(organization)


def _organization(organization: Organization) -> Entry:
    return Entry(
        key=f"organization:{organization.slug}",
        kind=Kind.ORGANIZATION,
        title=organization.name,
        aliases=_("switch organisation"),
        url_name="portfolio",
        parts={"slug": organization.slug},
    )


def _actions(actor: Actor, here: Entry | None) -> Iterator[Entry]:
    if here:
        for name, title, permission in _of_the_workload():
            if actor.can(permission):
                yield _action(
                    name,
                    title,
                    detail=here.title,
                    parts=here.parts,
                    anchor="save-milestone" if name == "save-milestone" else "",
                )
    for name, title, permission in _of_the_organization():
        if actor.can(permission):
            yield _action(name, title)
    for command, title, aliases in _of_the_page():
        yield Entry(
            key=f"action:{command}",
            kind=Kind.ACTION,
            title=title,
            aliases=aliases,
            command=command,
        )


def _action(name: str, title: str, **more: Any) -> Entry:
    url_name = "milestones" if name == "save-milestone" else name
    return Entry(key=f"action:{name}", kind=Kind.ACTION, title=title, url_name=url_name, **more)


def _of_the_workload() -> tuple[tuple[str, str, Permission], ...]:
    return (
        ("save-milestone", _("Save a milestone"), Permission.SAVE_MILESTONES),
        ("review", _("Go to the review"), Permission.VIEW),
        ("plan", _("Go to the plan"), Permission.VIEW),
        ("milestones", _("Go to the milestones"), Permission.VIEW),
        ("evidence", _("Go to the evidence"), Permission.VIEW),
        ("milestone-compare", _("Compare milestones"), Permission.VIEW),
        ("workload-compare", _("Compare with another workload"), Permission.VIEW),
        ("workload-lenses", _("Choose lenses"), Permission.MANAGE_WORKLOADS),
        ("workload-edit", _("Change the workload's settings"), Permission.MANAGE_WORKLOADS),
    )


def _of_the_organization() -> tuple[tuple[str, str, Permission], ...]:
    return (
        ("workload-new", _("New workload"), Permission.MANAGE_WORKLOADS),
        ("lens-new", _("New lens"), Permission.DRAFT_LENSES),
        ("lens-import", _("Import a lens"), Permission.DRAFT_LENSES),
        ("my-questions", _("Go to my questions"), Permission.VIEW),
        ("portfolio", _("Go to the portfolio"), Permission.VIEW),
        ("workloads", _("Go to workloads"), Permission.VIEW),
        ("lenses", _("Go to lenses"), Permission.VIEW),
        ("reports", _("Go to reports"), Permission.VIEW),
        ("members", _("Go to members"), Permission.VIEW),
        ("settings", _("Go to settings"), Permission.VIEW),
        ("organization-new", _("New organisation"), Permission.VIEW),
        ("account_change_password", _("Change password"), Permission.VIEW),
    )


def _of_the_page() -> tuple[tuple[str, str, str], ...]:
    """What needs a script: the page does it itself."""
    theme = _("theme appearance")
    return (
        ("theme-light", _("Switch to light"), theme),
        ("theme-dark", _("Switch to dark"), theme),
        ("theme-system", _("Switch to light or dark as the system says"), theme),
        ("shortcuts", _("Show the keyboard shortcuts"), _("keys help")),
    )
