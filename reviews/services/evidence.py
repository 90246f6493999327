"""Evidence of a practice: adding files and links, naming them, taking them away.

A file is stored under a name that nobody can guess before its row is written, and removed again
when the row is not; a row's file goes once its deletion is committed (reviews/receivers.py). What a
crash leaves behind in between, the sweep finds (reviews/services/evidence_sweep.py).
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO, Final, cast
from urllib.parse import urlsplit
from uuid import UUID

from django.core.files.base import File
from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import Conflict, Invalid, NotFound
from common.file_types import FileType, NotTaken, Reason, plain_words, recognise, safe_name
from lenses.definition import UnknownQuestion
from reviews.events import announce
from reviews.models import Evidence, LensReview
from tenants import audit
from tenants.actors import Actor
from tenants.models import Organization
from tenants.permissions import Permission
from tenants.plans import require_within
from tenants.transactions import writing

LONGEST_TITLE: Final = 200
LONGEST_URL: Final = 2048

_REFUSALS: Final = {
    Reason.EMPTY: gettext_lazy("The file is empty."),
    Reason.MARKUP: gettext_lazy(
        "HTML, SVG and other mark-up can carry programs and is not taken. Save it as PDF or as a "
        "picture, or put it into a ZIP file."
    ),
    Reason.PROGRAM: gettext_lazy("Programs and scripts are not taken."),
    Reason.MACROS: gettext_lazy(
        "The document holds macros. Save it without them (.docx, .xlsx, .pptx), or as PDF."
    ),
    Reason.UNKNOWN: gettext_lazy(
        "This kind of file is not taken. PDF, PNG, JPEG, GIF, WebP, plain text (also CSV, "
        "Markdown, JSON, YAML and logs), office documents and ZIP files are."
    ),
}


@dataclass(frozen=True, slots=True)
class Practice:
    """Where evidence belongs: a practice of a question of a review of a workload."""

    workload_id: UUID
    review_id: UUID
    question_id: str
    choice_id: str


def add_file(
    *, actor: Actor, practice: Practice, file: "File[bytes]", name: str, title: str = ""
) -> Evidence:
    """Add a file to a practice; what it is, its content says (common/file_types.py).

    ``name`` is what the file was called; without a title it is the title too. Raises Forbidden,
    NotFound, Conflict (the practice is gone); with fields ``file`` or ``title``: Invalid,
    LimitExceeded.
    """
    actor.require(Permission.ANSWER)
    size = file.size or 0
    # Before anything is read or stored; once more, with the others kept waiting, below.
    require_within(actor.organization, "evidence_file_bytes", size, field="file")
    _require_room(actor, size)
    kind = _recognised(file)
    filename = safe_name(name, kind)
    evidence = Evidence(
        question_id=practice.question_id,
        choice_id=practice.choice_id,
        kind=Evidence.Kind.FILE,
        title=checked_title(title or filename),
        filename=filename,
        size=size,
        content_type=kind.content_type,
        sha256=_sha256(file),
    )
    with _stored(evidence, file), writing():
        review = _lock_practice(practice)
        # One file at a time in an organisation: two together could be more than its plan allows.
        Organization.objects.select_for_update(no_key=True).get(pk=actor.organization.pk)
        _require_room(actor, size)
        _insert(actor, review, evidence)
    return evidence


def add_link(*, actor: Actor, practice: Practice, url: str, title: str = "") -> Evidence:
    """Add the address of something on the web to a practice.

    Only http and https; without a title the address is the title. Raises as ``add_file`` does,
    with the field ``url``.
    """
    actor.require(Permission.ANSWER)
    url = checked_url(url)
    evidence = Evidence(
        question_id=practice.question_id,
        choice_id=practice.choice_id,
        kind=Evidence.Kind.LINK,
        title=checked_title(title or url.partition("://")[2][:LONGEST_TITLE]),
        url=url,
    )
    with writing():
        _insert(actor, _lock_practice(practice), evidence)
    return evidence


def change_evidence(
    *, actor: Actor, workload_id: UUID, evidence_id: UUID, title: str, url: str | None = None
) -> Evidence:
    """Give a piece of evidence another title, a link another address too.

    Raises Forbidden, NotFound, Invalid by field.
    """
    actor.require(Permission.ANSWER)
    with writing():
        evidence = _lock_evidence(workload_id, evidence_id)
        values = {"title": checked_title(title)}
        if url is not None and evidence.kind == Evidence.Kind.LINK:
            values["url"] = checked_url(url)
        before, after = audit.changes({name: getattr(evidence, name) for name in values}, values)
        if after:
            for name, value in values.items():
                setattr(evidence, name, value)
            evidence.save(update_fields=list(values))
            audit.record(
                actor=actor,
                verb="evidence.changed",
                target=evidence,
                before=before,
                after={**_place(evidence), **after},
            )
            _announce(actor, evidence)
    return evidence


def remove_evidence(*, actor: Actor, workload_id: UUID, evidence_id: UUID) -> Evidence:
    """Take a piece of evidence away, its file with it; returns what it was.

    Raises Forbidden, NotFound.
    """
    actor.require(Permission.ANSWER)
    with writing():
        evidence = _lock_evidence(workload_id, evidence_id)
        audit.record(
            actor=actor,
            verb="evidence.removed",
            target=evidence,
            before={**_place(evidence), **_state(evidence)},
        )
        Evidence.objects.filter(pk=evidence.pk).delete()
        _announce(actor, evidence)
    return evidence


def _recognised(file: "File[bytes]") -> FileType:
    try:
        return recognise(cast(BinaryIO, file))
    except NotTaken as error:
        raise Invalid(fields={"file": [_REFUSALS[error.reason]]}) from None


def _sha256(file: "File[bytes]") -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    return digest.hexdigest()


@contextmanager
def _stored(evidence: Evidence, file: "File[bytes]") -> Iterator[None]:
    """Store the file for the body, and remove it again when the body fails."""
    # Wrapped, so that the storage learns nothing of what the browser said the file is.
    evidence.file.save("", File(file.file), save=False)
    try:
        yield
    except BaseException:
        evidence.file.storage.delete(evidence.file.name or "")
        raise


def _lock_practice(practice: Practice) -> LensReview:
    review = (
        LensReview.objects.select_for_update(of=("self",))
        .select_related("lens_version")
        .defer("lens_version__document")
        .filter(pk=practice.review_id, workload_id=practice.workload_id)
        .first()
    )
    if review is None:
        raise NotFound
    try:
        question = review.lens_version.definition.question(practice.question_id)
    except UnknownQuestion:
        raise NotFound from None
    known = {choice.id for choice in question.choices if not choice.is_none_of_these}
    if practice.choice_id not in known:
        problem = _("This question has no such practice: reload the page.")
        raise Conflict(problem, fields={"practice": [problem]})
    return review  # type: ignore[no-any-return]


def _lock_evidence(workload_id: UUID, evidence_id: UUID) -> Evidence:
    rows = Evidence.objects.filter(pk=evidence_id, review__workload_id=workload_id)
    evidence: Evidence | None = (
        rows.select_related("review").select_for_update(of=("self",)).first()
    )
    if evidence is None:
        raise NotFound
    return evidence


def _require_room(actor: Actor, size: int) -> None:
    used = Evidence.objects.aggregate(total=Sum("size", default=0))["total"]
    require_within(actor.organization, "evidence_storage_bytes", used + size, field="file")


def _insert(actor: Actor, review: LensReview, evidence: Evidence) -> None:
    evidence.review = review
    evidence.added_by_id = actor.user_id
    evidence.added_by_name = actor.name
    field = "file" if evidence.kind == Evidence.Kind.FILE else "url"
    count = _of_practice(evidence) + 1
    require_within(actor.organization, "evidence_per_practice", count, field=field)
    evidence.save(force_insert=True)
    audit.record(
        actor=actor,
        verb="evidence.added",
        target=evidence,
        after={**_place(evidence), **_state(evidence)},
    )
    _announce(actor, evidence)


def _of_practice(evidence: Evidence) -> int:
    count: int = Evidence.objects.filter(
        review_id=evidence.review_id,
        question_id=evidence.question_id,
        choice_id=evidence.choice_id,
    ).count()
    return count


def _announce(actor: Actor, evidence: Evidence) -> None:
    announce(
        evidence.review,
        "evidence",
        question=evidence.question_id,
        choice=evidence.choice_id,
        count=_of_practice(evidence),
        by=actor.user_id,
    )


def _place(evidence: Evidence) -> Mapping[str, Any]:
    return {
        "workload_id": evidence.review.workload_id,
        "review_id": evidence.review_id,
        "question_id": evidence.question_id,
        "choice_id": evidence.choice_id,
    }


def _state(evidence: Evidence) -> Mapping[str, Any]:
    names = ("kind", "title", "url", "filename", "size", "content_type", "sha256")
    return {name: getattr(evidence, name) for name in names if getattr(evidence, name)}


def checked_title(title: str) -> str:
    """Return a title as it is kept; raises Invalid with the field ``title``."""
    title = plain_words(title)
    if not title:
        raise Invalid(fields={"title": [_("Say in a few words what it is.")]})
    if len(title) > LONGEST_TITLE:
        problem = _("%(length)d characters; a title has at most %(longest)d.")
        values = {"length": len(title), "longest": LONGEST_TITLE}
        raise Invalid(fields={"title": [problem % values]})
    return title


def checked_url(url: str) -> str:
    """Return an address as it is kept; raises Invalid with the field ``url``."""
    url = url.strip()
    if len(url) > LONGEST_URL:
        problem = _("%(length)d characters; an address has at most %(longest)d.")
        raise Invalid(fields={"url": [problem % {"length": len(url), "longest": LONGEST_URL}]})
    if not _is_web_address(url):
        problem = _("Write the whole address, as in https://wiki.example.com/runbook.")
        raise Invalid(fields={"url": [problem]})
    if urlsplit(url).username is not None or urlsplit(url).password is not None:
        problem = _("The address holds a name or a password before the @: leave it out.")
        raise Invalid(fields={"url": [problem]})
    return url


def _is_web_address(url: str) -> bool:
    # Nothing that cannot be seen: browsers drop it from an address, and people cannot check it.
    if plain_words(url) != url or any(sign.isspace() or sign in '<>"\\`{}' for sign in url):
        return False
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - only reading it checks it
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)
