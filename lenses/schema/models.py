"""The shape of the interchange format, custom-lens schema `2021-11-01`, as pydantic models.

Shapes, types and lengths only (docs/lenses.md); what concerns two places at once is in
`lenses.schema.checks`. Keys that the format does not know are allowed at every level, because
published lenses carry them; the checks report them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final, Literal, get_args

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from lenses.schema.findings import Findings, child

MAX_NAME: Final = 128
MAX_TEXT: Final = 2048
MAX_PILLARS: Final = 10
MAX_QUESTIONS: Final = 20
MAX_CHOICES: Final = 15
MAX_RULES: Final = 3
MAX_RESOURCES: Final = 5
MAX_ADDITIONAL: Final = 2

Identifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9_]{3,128}$")]
# The service's own Framework has questions such as `ops-model`, outside of its own format.
QuestionIdentifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{3,128}$")]
Title = Annotated[str, Field(min_length=1, max_length=MAX_NAME)]
Text = Annotated[str, Field(max_length=MAX_TEXT)]


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, extra="allow", frozen=True, alias_generator=to_camel)


class ResourcePart(_Part):
    """A text with or without a link. `Url` for `url` is in a published lens (ORR 1.3.4)."""

    display_text: Text | None = None
    url: Text | None = None
    capital_url: Text | None = Field(None, alias="Url")

    @property
    def link(self) -> str | None:
        """The address without the blanks that published lenses put around it."""
        address = self.capital_url if self.url is None else self.url
        return (address or "").strip() or None


class AdditionalResourcesPart(_Part):
    """One entry of `additionalResources`."""

    type: Literal["HELPFUL_RESOURCE", "IMPROVEMENT_PLAN"]
    content: list[ResourcePart] = Field(min_length=1, max_length=MAX_RESOURCES)


_Level = Literal["high", "medium", "low"]
_Effort = Literal["small", "medium", "large"]
LEVELS: Final[tuple[str, ...]] = get_args(_Level)
EFFORTS: Final[tuple[str, ...]] = get_args(_Effort)


class PracticeNotesPart(_Part):
    """Our own key `plumbline` of a choice, outside of the format: docs/lenses.md."""

    code: Title | None = None
    level: _Level | None = None
    effort: _Effort | None = None
    evidence: Text | None = None


class QuestionNotesPart(_Part):
    """Our own key `plumbline` of a question."""

    rules_because: Text | None = None


class ChoicePart(_Part):
    """One choice. That a practice needs an improvement plan is checked with its id."""

    id: Identifier
    title: Title
    description: Text | None = None
    helpful_resource: ResourcePart | None = None
    improvement_plan: ResourcePart | None = None
    additional_resources: list[AdditionalResourcesPart] | None = Field(
        None, max_length=MAX_ADDITIONAL
    )
    plumbline: PracticeNotesPart | None = None


class RulePart(_Part):
    """One risk rule; the condition is parsed by the checks."""

    condition: str
    risk: Literal["NO_RISK", "MEDIUM_RISK", "HIGH_RISK"]


class QuestionPart(_Part):
    """One question. A `url` of its own is in a published lens, outside of the format."""

    id: QuestionIdentifier
    title: Title
    description: Text | None = None
    helpful_resource: ResourcePart | None = None
    choices: list[ChoicePart] = Field(min_length=1, max_length=MAX_CHOICES)
    risk_rules: list[RulePart] = Field(min_length=1, max_length=MAX_RULES)
    plumbline: QuestionNotesPart | None = None


class PillarPart(_Part):
    """One pillar."""

    id: Identifier
    name: Title
    questions: list[QuestionPart] = Field(min_length=1, max_length=MAX_QUESTIONS)


class LensPart(_Part):
    """The whole document."""

    schema_version: Literal["2021-11-01"]
    name: Title
    description: Annotated[str, Field(min_length=1, max_length=MAX_TEXT)]
    pillars: list[PillarPart] = Field(min_length=1, max_length=MAX_PILLARS)


def known_keys(part: type[_Part]) -> frozenset[str]:
    """The keys that the format has at one level."""
    return frozenset(field.alias or name for name, field in part.model_fields.items())


def check_shape(document: object, findings: Findings) -> LensPart | None:
    """The typed document, or None with every broken rule of shape in `findings`."""
    try:
        return LensPart.model_validate(document)
    except ValidationError as errors:
        report_shape(errors, findings)
        return None


def report_shape(errors: ValidationError, findings: Findings) -> None:
    """Put what pydantic refused into ``findings``, each at its JSON path and in our words."""
    for error in errors.errors(include_url=False):
        path = ""
        for key in error["loc"]:
            path = child(path, key)
        kind = error["type"]
        rule, message = _explained(kind, error.get("ctx", {}), error["msg"])
        findings.error(path, rule, message, None if kind == "missing" else error["input"])


def _explained(kind: str, context: Mapping[str, Any], otherwise: str) -> tuple[str, str]:
    """Our stable code and our words for a kind of pydantic error."""
    if kind in _SIMPLE:
        rule, message = _SIMPLE[kind]
        return rule, message()
    if kind == "literal_error":
        message_text = _("This must be %(expected)s.") % {"expected": context["expected"]}
        return "value.choice", message_text.replace(" or ", _(" or "))
    if kind == "string_too_long":
        return "text.too_long", _("This has more than %(limit)d characters.") % {
            "limit": context["max_length"]
        }
    if kind == "too_long":
        return "list.too_long", ngettext(
            "There can be only %(limit)d entry here.",
            "There can be at most %(limit)d entries here.",
            context["max_length"],
        ) % {"limit": context["max_length"]}
    return f"value.{kind}", otherwise


_SIMPLE: Final[dict[str, tuple[str, Callable[[], str]]]] = {
    "missing": ("key.missing", lambda: _("This key is required and missing.")),
    "extra_forbidden": ("key.unknown", lambda: _("This key is not part of the format.")),
    "bool_type": ("type.flag", lambda: _("This must be true or false.")),
    "int_type": ("type.number", lambda: _("This must be a whole number.")),
    "dict_type": ("type.object", lambda: _("This must be an object.")),
    "string_type": ("type.text", lambda: _("This must be a text.")),
    "string_unicode": ("text.surrogate", lambda: _("This is not valid Unicode text.")),
    "string_too_short": ("text.empty", lambda: _("This must not be empty.")),
    "string_pattern_mismatch": (
        "id.characters",
        lambda: _(
            "An id consists of 3 to 128 letters (a to z), digits and underscores; that of a "
            "question may have hyphens."
        ),
    ),
    "list_type": ("type.list", lambda: _("This must be a list.")),
    "model_type": ("type.object", lambda: _("This must be an object.")),
    "too_short": ("list.empty", lambda: _("At least one entry is needed here.")),
}
