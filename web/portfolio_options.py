"""The portfolio's filter as something that reports can be asked for: checked, kept and in words."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Final

from django.utils.translation import gettext as _

from common.errors import Invalid
from lenses.models import Lens
from reviews.reports.kinds import Options
from web.portfolio_filter import LONGEST, PortfolioFilter, chips, read_portfolio_filter

_SHOWN: Final = 40  # characters of what was said, in an error
_NAMES: Final = tuple(each.name for each in fields(PortfolioFilter))


def _check(said: Mapping[str, str]) -> dict[str, str]:
    """Return a filter as it is kept; raises Invalid by name for what a page would leave aside."""
    wanted = read_portfolio_filter(said)
    problems = {}
    for name in _NAMES:
        value = said.get(name, "")
        if value.strip() and not _is_meant(name, value, wanted):
            shown = value.replace("\x00", "").strip()[:_SHOWN]
            problems[name] = [_problem(name) % {"value": shown}]
    if problems:
        raise Invalid(fields=problems)
    return wanted.as_query()


def _is_meant(name: str, value: str, wanted: PortfolioFilter) -> bool:
    if not getattr(wanted, name) or len(value) > LONGEST or "\x00" in value:
        return False
    return name != "lens" or Lens.objects.filter(pk=wanted.lens).exists()


def _problem(name: str) -> str:
    return {
        "tag": _("The report cannot be filtered by the tag “%(value)s”."),
        "owner": _("The report cannot be filtered by the owner “%(value)s”."),
        "environment": _("There is no environment “%(value)s” to filter the report by."),
        "lens": _("There is no lens “%(value)s” to filter the report by."),
        "industry": _("The report cannot be filtered by the industry “%(value)s”."),
    }[name]


def _words(kept: Mapping[str, str]) -> list[str]:
    return [chip.words for chip in chips(read_portfolio_filter(kept))]


PORTFOLIO_OPTIONS: Final = Options(names=_NAMES, check=_check, words=_words)
