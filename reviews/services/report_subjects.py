"""What a report is to be about: as it is said, and checked by what its kind asks for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from common.errors import Invalid
from reviews.models import Milestone
from reviews.reports.kinds import ReportKind, Scope
from reviews.selectors import load_review
from reviews.selectors_comparing import lenses_in_both, side_of
from reviews.selectors_milestones import NOW
from workloads.models import Workload
from workloads.selectors import load_workload

_LONGEST_NUMBER: Final = 9
_LONGEST_NAME: Final = 200


@dataclass(frozen=True, slots=True)
class Subject:
    """What a report is to be about: as much of it as its kind asks for.

    ``before`` and ``after`` are moments: ``now`` or a milestone's number. ``options`` are what an
    address or a form says, by name; the kind takes from them what it knows.
    """

    workload_id: UUID | None = None
    review_id: UUID | None = None
    before: str = ""
    after: str = NOW
    other_id: UUID | None = None
    lens_id: UUID | None = None
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Checked:
    """A subject that makes sense: its workloads, its name, and what is kept with the report."""

    workload: Workload | None
    other: Workload | None
    name: str
    parameters: dict[str, Any]


def check_subject(kind: ReportKind[Any], subject: Subject, *, organization_name: str) -> Checked:
    """Return what a kind asks for, checked; raises NotFound, and Invalid by the field's name."""
    if kind.scope == Scope.ORGANIZATION:
        return Checked(None, None, organization_name, checked_options(kind, subject.options))
    workload = load_workload(_required(subject.workload_id))
    if kind.scope == Scope.WORKLOADS:
        other = _other(workload, subject)
        name = f"{workload.name} – {other.name}"[:_LONGEST_NAME]
        return Checked(workload, other, name, _two_moments(workload, other, subject))
    parameters: dict[str, Any] = {}
    if kind.scope == Scope.LENS:
        parameters = _lens(workload, subject)
    elif kind.scope == Scope.COMPARISON:
        parameters = _moments(
            (workload, "before", subject.before), (workload, "after", subject.after)
        )
    return Checked(workload, None, workload.name, parameters)


def checked_options(kind: ReportKind[Any], said: Mapping[str, str]) -> dict[str, Any]:
    """Return what is kept of a kind's options, in words too; raises Invalid by their names."""
    if kind.options is None:
        return {}
    options = kind.options.check(said)
    return {"options": options, "words": kind.options.words(options)} if options else {}


def _required(workload_id: UUID | None) -> UUID:
    if workload_id is None:
        raise Invalid(fields={"kind": [_("This report is about a workload: choose one.")]})
    return workload_id


def _lens(workload: Workload, subject: Subject) -> dict[str, str]:
    if subject.review_id is None:
        raise Invalid(fields={"review": [_("Choose the lens that the report is about.")]})
    return {"review": str(load_review(workload.pk, subject.review_id).pk)}


def _other(workload: Workload, subject: Subject) -> Workload:
    if subject.other_id is None or subject.other_id == workload.pk:
        raise Invalid(fields={"kind": [_("Choose another workload to compare this one with.")]})
    return load_workload(subject.other_id)


def _two_moments(workload: Workload, other: Workload, subject: Subject) -> dict[str, str]:
    moments = _moments((workload, "before", subject.before or NOW), (other, "after", subject.after))
    sides = side_of(workload, moments["before"]), side_of(other, moments["after"])
    if subject.lens_id not in lenses_in_both(*sides):
        problem = _("The two do not share this lens at these moments.")
        raise Invalid(fields={"lens": [problem]})
    return {**moments, "lens": str(subject.lens_id)}


def _moments(*said: tuple[Workload, str, str]) -> dict[str, str]:
    for workload, name, key in said:
        known = key == NOW or (
            key.isascii()
            and key.isdecimal()
            and len(key) <= _LONGEST_NUMBER
            and Milestone.objects.filter(workload=workload, number=int(key)).exists()
        )
        if not known:
            raise Invalid(fields={name: [_("Choose a milestone of this workload, or now.")]})
    return {name: str(int(key)) if key != NOW else NOW for _workload, name, key in said}
