"""What is said about a workload, and the rules it must keep."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any, Final
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from common import names
from common.errors import Invalid, LimitExceeded
from tenants.models import Organization
from tenants.plans import limit_problem
from workloads.models import Workload, WorkloadTag

Tags = Mapping[str, str]

# Twelve digits: the cloud's own form.
_ACCOUNT_ID: Final = re.compile(r"[0-9]{12}")
# Codes as clouds write them: eu-west-1, westeurope, europe-west4.
_REGION: Final = re.compile(r"[a-z0-9][a-z0-9-]{1,99}")
_OTHER_REGION: Final = re.compile(r"[^\x00-\x1f,]{3,25}")
_PILLAR_ID: Final = re.compile(r"[A-Za-z0-9_]{3,128}")
# As many as twenty lenses of ten pillars can have.
_MOST_PILLARS: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkloadProperties:
    """All that is said about a workload but its tags.

    ``account_ids`` are twelve digits each; ``regions`` are codes in small letters;
    ``other_regions`` are free names; ``pillar_priorities`` are pillar ids, most important first.
    """

    name: str
    description: str
    environment: str = Workload.Environment.PRODUCTION
    review_owner: str = ""
    industry_type: str = ""
    industry: str = ""
    account_ids: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    other_regions: tuple[str, ...] = ()
    architectural_design: str = ""
    pillar_priorities: tuple[str, ...] = ()
    notes: str = ""
    next_review_on: date | None = None

    def as_mapping(self) -> dict[str, Any]:
        """Return the values as the model keeps them, by field name."""
        values = asdict(self)
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in values.items()
        }


PROPERTY_NAMES: Final = tuple(field.name for field in fields(WorkloadProperties))
_LISTS: Final = ("account_ids", "regions", "other_regions", "pillar_priorities")


def properties_of(workload: Workload) -> WorkloadProperties:
    """Return what is stored about a workload."""
    values = {name: getattr(workload, name) for name in PROPERTY_NAMES}
    return WorkloadProperties(**{**values, **{name: tuple(values[name]) for name in _LISTS}})


def name_key(name: str) -> str:
    """Return what makes a name unique, cut to what the column holds."""
    return names.name_key(name)[:100]


def tidied(properties: WorkloadProperties) -> WorkloadProperties:
    """Return the properties without needless blanks, and lists without repetitions."""
    values: dict[str, Any] = asdict(properties)
    for name, value in values.items():
        if isinstance(value, str):
            # Browsers send two signs for a line's end and count one.
            values[name] = value.replace("\r\n", "\n").strip()
        elif isinstance(value, tuple):
            values[name] = tuple(dict.fromkeys(item.strip() for item in value))
    values["name"] = " ".join(properties.name.split())
    return WorkloadProperties(**values)


def tidied_tags(tags: Tags) -> dict[str, str]:
    """Return the tags without blanks around keys and values."""
    return {key.strip(): value.strip() for key, value in tags.items()}


def require_valid(organization: Organization, properties: WorkloadProperties, tags: Tags) -> None:
    """Raise Invalid with every problem by field, or LimitExceeded when that is the only one."""
    problems = _Problems()
    _check_fields(properties, problems)
    _check_items("account_ids", properties, _ACCOUNT_ID, _("not twelve digits"), problems)
    _check_items("regions", properties, _REGION, _("not a region's code"), problems)
    _check_items("other_regions", properties, _OTHER_REGION, _("not 3 to 25 characters"), problems)
    _check_items("pillar_priorities", properties, _PILLAR_ID, _("not a pillar's id"), problems)
    _check_link(properties, problems)
    _check_tags(tags, problems)
    _check_limits(organization, properties, tags, problems)
    problems.raise_any()


class _Problems:
    """Problems by field; over a limit they stay what they are, when nothing else is wrong."""

    def __init__(self) -> None:
        self.by_field: dict[str, list[str]] = {}
        self.limits: list[LimitExceeded] = []

    def add(self, name: str, message: str) -> None:
        self.by_field.setdefault(name, []).append(message)

    def add_limit(self, problem: LimitExceeded | None) -> None:
        if problem is not None:
            self.limits.append(problem)

    def raise_any(self) -> None:
        if len(self.limits) == 1 and not self.by_field:
            raise self.limits[0]
        for problem in self.limits:
            for name, messages in problem.fields.items():
                self.by_field.setdefault(name, []).extend(messages)
        if self.by_field:
            raise Invalid(fields=self.by_field)


def _check_fields(properties: WorkloadProperties, problems: _Problems) -> None:
    """Ask the model's own fields: lengths, choices, the form of a link."""
    workload = Workload(**properties.as_mapping(), name_key="-")
    try:
        workload.full_clean(
            exclude={"organization", "created_by", *_LISTS},
            validate_unique=False,
            validate_constraints=False,
        )
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            for message in messages:
                problems.add(name, message)
    for name, value in properties.as_mapping().items():
        if isinstance(value, str) and "\x00" in value:
            problems.add(name, _("The text holds a character that cannot be stored."))


def _check_items(
    name: str,
    properties: WorkloadProperties,
    shape: re.Pattern[str],
    complaint: str,
    problems: _Problems,
) -> None:
    wrong = [item for item in getattr(properties, name) if not shape.fullmatch(item)]
    if wrong:
        shown = ", ".join(f"“{item[:40]}”" for item in wrong[:3])
        problems.add(name, f"{shown}: {complaint}")


def _check_link(properties: WorkloadProperties, problems: _Problems) -> None:
    link = properties.architectural_design
    if link and "architectural_design" not in problems.by_field:
        try:
            scheme = urlsplit(link).scheme.lower()
        except ValueError:
            scheme = ""
        if scheme not in {"http", "https"}:
            problems.add("architectural_design", _("The link begins with http:// or https://."))


def _check_tags(tags: Tags, problems: _Problems) -> None:
    for key, value in tags.items():
        try:
            WorkloadTag(key=key, value=value).clean_fields(exclude={"organization", "workload"})
        except ValidationError as error:
            for messages in error.message_dict.values():
                for message in messages:
                    problems.add("tags", f"“{key[:40]}”: {message}")
        if "\x00" in value:
            problems.add("tags", _("The text holds a character that cannot be stored."))


def _check_limits(
    organization: Organization, properties: WorkloadProperties, tags: Tags, problems: _Problems
) -> None:
    counted: Iterable[tuple[str, str, int]] = (
        ("account_ids", "account_ids", len(properties.account_ids)),
        ("regions", "regions", len(properties.regions)),
        ("other_regions", "other_regions", len(properties.other_regions)),
        ("tags", "tags", len(tags)),
        ("notes_characters", "notes", len(properties.notes)),
    )
    for limit_name, field, value in counted:
        problems.add_limit(limit_problem(organization, limit_name, value, field=field))
    if len(properties.pillar_priorities) > _MOST_PILLARS:
        problems.add("pillar_priorities", _("These are more pillars than lenses can have."))
