"""What was done, in words: the verbs of the audit log as people read them."""

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from improvement.models import IMPROVEMENT_STATUS_WORDS, status_word
from improvement.statuses import ImprovementStatus, Status
from tenants.models import AuditEvent
from workloads.forms import WorkloadForm

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class ActivityKind(StrEnum):
    """What an activity is about. The order is that of the filter."""

    ANSWERS = "answers"
    COMMENTS = "comments"
    ASSIGNMENTS = "assignments"
    EVIDENCE = "evidence"
    PLAN = "plan"
    MILESTONES = "milestones"
    LENSES = "lenses"
    PROPERTIES = "properties"
    OTHER = "other"


KIND_LABELS: Final[Mapping[ActivityKind, "_StrPromise"]] = {
    ActivityKind.ANSWERS: gettext_lazy("Answers"),
    ActivityKind.COMMENTS: gettext_lazy("Comments"),
    ActivityKind.ASSIGNMENTS: gettext_lazy("Assignments"),
    ActivityKind.EVIDENCE: gettext_lazy("Evidence"),
    ActivityKind.PLAN: gettext_lazy("Plan and accepted risks"),
    ActivityKind.MILESTONES: gettext_lazy("Milestones"),
    ActivityKind.LENSES: gettext_lazy("Lenses and versions"),
    ActivityKind.PROPERTIES: gettext_lazy("Properties"),
    ActivityKind.OTHER: gettext_lazy("Everything else"),
}

ICONS: Final[Mapping[ActivityKind, str]] = {
    ActivityKind.ANSWERS: "square-check",
    ActivityKind.COMMENTS: "message-square",
    ActivityKind.ASSIGNMENTS: "user",
    ActivityKind.EVIDENCE: "paperclip",
    ActivityKind.PLAN: "list-todo",
    ActivityKind.MILESTONES: "flag",
    ActivityKind.LENSES: "layers",
    ActivityKind.PROPERTIES: "pencil",
    ActivityKind.OTHER: "activity",
}

PREFIXES: Final[Mapping[ActivityKind, tuple[str, ...]]] = {
    ActivityKind.ANSWERS: ("answer.", "review.restored", "review.answers_imported"),
    ActivityKind.COMMENTS: ("comment.",),
    ActivityKind.ASSIGNMENTS: ("question.assigned", "question.unassigned", "assignment."),
    ActivityKind.EVIDENCE: ("evidence.",),
    ActivityKind.PLAN: (
        *("improvement.", "acceptance.", "scenario."),
        "workload.improvement_status",
    ),
    ActivityKind.MILESTONES: ("milestone.",),
    ActivityKind.LENSES: (
        *("workload.lens_added", "workload.lens_removed"),
        *("review.upgraded", "review.minor_applied", "review.upgrade_undone"),
    ),
    ActivityKind.PROPERTIES: ("workload.created", "workload.updated", "workload.imported"),
}
"""What the verbs of each kind begin with; all others are of the last kind."""


def kind_of(verb: str) -> ActivityKind:
    """Return what kind of activity a verb is."""
    for kind, prefixes in PREFIXES.items():
        if verb.startswith(prefixes):
            return kind
    return ActivityKind.OTHER


def value_of(event: AuditEvent, name: str) -> Any:
    """Return what an event says under a name, after or else before; empty when it does not."""
    for state in (event.after, event.before):
        if isinstance(state, dict) and state.get(name) is not None:
            return state[name]
    return ""


Words = Callable[[AuditEvent, str], str]


def sentence(event: AuditEvent, question: str = "", *, count: int = 1) -> str:
    """Return what somebody did, to follow their name. ``question`` is its title, if it is of one.

    ``count`` is how many changes of one answer are told together. A verb that nobody has put into
    words is shown as it is.
    """
    if event.verb == "answer.changed":
        return _answered(question, count)
    worded = _WORDS.get(event.verb)
    return worded(event, question) if worded else event.verb


def _answered(question: str, count: int) -> str:
    if count == 1:
        return _("answered “%(question)s”") % {"question": question}
    text = ngettext(
        "answered “%(question)s” (%(n)d change)", "answered “%(question)s” (%(n)d changes)", count
    )
    return text % {"question": question, "n": count}


def _moment(text: Any) -> str:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return str(text)
    return date_format(timezone.localtime(moment), "j M Y, H:i")


def _undone(event: AuditEvent, question: str) -> str:
    text = _("undid a change of %(name)s to “%(question)s”")
    return text % {"name": value_of(event, "by") or _("Plumbline"), "question": question}


def _restored(event: AuditEvent, question: str) -> str:
    text = _("made the answer to “%(question)s” as it was on %(when)s")
    return text % {"question": question, "when": _moment(value_of(event, "at"))}


def _review_restored(event: AuditEvent, _question: str) -> str:
    count = value_of(event, "answers") or 0
    text = ngettext(
        "took the review back to %(when)s: %(n)d answer",
        "took the review back to %(when)s: %(n)d answers",
        count,
    )
    return text % {"when": _moment(value_of(event, "at")), "n": count}


def _answers_imported(event: AuditEvent, _question: str) -> str:
    count = value_of(event, "answers") or 0
    text = ngettext(
        "imported %(n)d answer from “%(file)s”", "imported %(n)d answers from “%(file)s”", count
    )
    return text % {"n": count, "file": value_of(event, "file")}


def _workload_imported(event: AuditEvent, _question: str) -> str:
    return _("imported the workload from “%(name)s”") % {"name": value_of(event, "from")}


def _assigned(event: AuditEvent, question: str) -> str:
    text = _("assigned “%(question)s” to %(name)s")
    return text % {"question": question, "name": value_of(event, "assignee")}


def _unassigned(event: AuditEvent, question: str) -> str:
    text = _("took “%(question)s” from %(name)s")
    return text % {"question": question, "name": value_of(event, "assignee")}


def _evidence(text: str, event: AuditEvent, question: str) -> str:
    title = value_of(event, "title") or event.object_name
    return text % {"title": title, "question": question}


def _changed(event: AuditEvent, _question: str) -> str:
    return _("changed %(fields)s") % {"fields": _fields(event.after or {})}


def _fields(names: Collection[str]) -> str:
    # In the form's order: PostgreSQL keeps no order of keys.
    fields = WorkloadForm.base_fields.items()
    return ", ".join(str(field.label).lower() for name, field in fields if name in names)


def _item(event: AuditEvent, _question: str) -> str:
    name = event.object_name
    status = (event.after or {}).get("status")
    if status in list(Status):
        text = _("set “%(practice)s” to “%(status)s”")
        return text % {"practice": name, "status": status_word(status)}
    owner = (event.after or {}).get("owner")
    if owner:
        return _("gave “%(practice)s” to %(owner)s") % {"practice": name, "owner": owner}
    return _("changed what is said about “%(practice)s”") % {"practice": name}


def _acceptance(text: str, event: AuditEvent, question: str) -> str:
    return text % {"question": question or event.object_name, "until": _day(event, "until")}


def _day(event: AuditEvent, name: str) -> str:
    try:
        return date_format(date.fromisoformat(str(value_of(event, name))), "j M Y")
    except ValueError:
        return ""


def _improvement_status(event: AuditEvent, _question: str) -> str:
    status = (event.after or {}).get("improvement_status")
    if status in list(ImprovementStatus):
        word = IMPROVEMENT_STATUS_WORDS[ImprovementStatus(status)]
        return _("set the improvement status to “%(status)s”") % {"status": word}
    return _("let the plan say the improvement status")


def _version(event: AuditEvent) -> dict[str, Any]:
    return {"version": (event.after or {}).get("version", "")}


_WORDS: Final[Mapping[str, Words]] = {
    "answer.change_undone": _undone,
    "answer.restored": _restored,
    "review.restored": _review_restored,
    "review.answers_imported": _answers_imported,
    "workload.imported": _workload_imported,
    "comment.added": lambda _e, q: _("commented on “%(question)s”") % {"question": q},
    "comment.edited": lambda _e, q: _("edited a comment on “%(question)s”") % {"question": q},
    "comment.deleted": lambda _e, q: _("deleted a comment on “%(question)s”") % {"question": q},
    "comment.resolved": lambda _e, q: _("resolved a thread on “%(question)s”") % {"question": q},
    "comment.reopened": lambda _e, q: _("reopened a thread on “%(question)s”") % {"question": q},
    "question.assigned": _assigned,
    "question.unassigned": _unassigned,
    "evidence.added": lambda e, q: _evidence(
        _("added the evidence “%(title)s” to “%(question)s”"), e, q
    ),
    "evidence.changed": lambda e, q: _evidence(
        _("changed the evidence “%(title)s” of “%(question)s”"), e, q
    ),
    "evidence.removed": lambda e, q: _evidence(
        _("removed the evidence “%(title)s” from “%(question)s”"), e, q
    ),
    "improvement.changed": _item,
    "acceptance.requested": lambda e, q: _acceptance(
        _("asked to accept the risk of “%(question)s” until %(until)s"), e, q
    ),
    "acceptance.approved": lambda e, q: _acceptance(
        _("accepted the risk of “%(question)s” until %(until)s"), e, q
    ),
    "acceptance.imported": lambda e, q: _acceptance(
        _("imported what was said about accepting the risk of “%(question)s” until %(until)s"), e, q
    ),
    "acceptance.rejected": lambda e, q: _acceptance(
        _("refused to accept the risk of “%(question)s”"), e, q
    ),
    "acceptance.withdrawn": lambda e, q: _acceptance(
        _("withdrew the acceptance of the risk of “%(question)s”"), e, q
    ),
    "acceptance.expired": lambda e, q: _acceptance(
        _("ended the acceptance of the risk of “%(question)s”: its last day was %(until)s"), e, q
    ),
    "acceptance.notice_sent": lambda e, q: _acceptance(
        _("gave notice that the acceptance of the risk of “%(question)s” ends after %(until)s"),
        e,
        q,
    ),
    "workload.improvement_status": _improvement_status,
    "scenario.saved": lambda e, _q: _("saved the scenario “%(name)s”") % {"name": e.object_name},
    "scenario.changed": lambda e, _q: (
        _("changed the scenario “%(name)s”") % {"name": e.object_name}
    ),
    "scenario.deleted": lambda e, _q: (
        _("deleted the scenario “%(name)s”") % {"name": e.object_name}
    ),
    "milestone.saved": lambda e, _q: _("saved the milestone “%(name)s”") % {"name": e.object_name},
    "workload.created": lambda _e, _q: _("created the workload"),
    "workload.updated": _changed,
    "workload.lens_added": lambda e, _q: (
        _("added the lens “%(lens)s”") % {"lens": value_of(e, "lens")}
    ),
    "workload.lens_removed": lambda e, _q: (
        _("removed the lens “%(lens)s”") % {"lens": value_of(e, "lens")}
    ),
    "review.upgraded": lambda e, _q: _("upgraded the review to version %(version)s") % _version(e),
    "review.minor_applied": lambda e, _q: (
        _("updated the review to version %(version)s") % _version(e)
    ),
    "review.upgrade_undone": lambda e, _q: (
        _("took the review back to version %(version)s") % _version(e)
    ),
}
