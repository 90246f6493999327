"""A plan as files: CSV, XLSX, a calendar of due dates, a check-list in Markdown.

All of them say what a member sees on the page of the plan, and nothing more.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from common import marks
from common.csvfile import csv_text
from common.risk import Risk
from improvement.efforts import in_days
from improvement.models import ImprovementItem, status_word
from improvement.statuses import LEFT, Status
from improvement.step_wording import days
from improvement.wording import why_closed

if TYPE_CHECKING:
    from icalendar import Event

MOST_ITEMS: Final = 20_000
"""Items of one file."""

Link = Callable[[ImprovementItem], str]
"""Where an item is on the web, as a whole address."""


@dataclass(frozen=True, slots=True)
class Source:
    """What a file is made of; ``title`` is what the plan is of."""

    title: str
    items: Sequence[ImprovementItem]
    link: Link


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: the end of its name, its type, and what writes it."""

    suffix: str
    content_type: str
    write: Callable[[Source], bytes]


def header() -> list[str]:
    """Return the names of the columns."""
    return [
        _("Workload"),
        _("Lens"),
        _("Pillar"),
        _("Question"),
        _("Practice"),
        _("Risk"),
        _("Status"),
        _("Why"),
        _("Owner"),
        _("Due"),
        _("Effort in days"),
        _("Effort set by"),
        _("Ticket"),
        _("Link of the ticket"),
        _("Notes"),
        _("Opened"),
        _("Closed"),
        _("Link"),
        _("Id"),
    ]


def row(item: ImprovementItem, link: Link) -> list[Any]:
    """Return what the columns say of an item; dates are dates, the effort a number."""
    return [
        item.workload.name,
        item.review.lens.name,
        item.pillar_name,
        item.question_title,
        item.practice_title,
        str(marks.WORDS[Risk(item.risk)]),
        str(status_word(item.status)),
        "" if item.status in LEFT else why_closed(item),
        str(item.owner or ""),
        item.due,
        float(in_days(item.effort)),
        _("lens") if item.team_effort is None else _("team"),
        item.ticket_key,
        item.ticket_url,
        item.notes,
        timezone.localtime(item.opened_at).date(),
        timezone.localtime(item.closed_at).date() if item.closed_at else None,
        link(item),
        str(item.pk),
    ]


def as_csv(source: Source) -> bytes:
    """Return the plan as CSV, in UTF-8 with a byte order mark, no cell a formula."""
    rows = (row(item, source.link) for item in source.items)
    return csv_text([header(), *rows]).encode("utf-8-sig")


def as_xlsx(source: Source) -> bytes:
    """Return the plan as a workbook with one sheet; texts are texts, whatever they begin with."""
    # Only who writes one needs it, as the calendar's below.
    import xlsxwriter  # noqa: PLC0415

    file = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(file, options) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        text = book.add_format({"text_wrap": True, "valign": "top"})
        day = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})
        sheet = book.add_worksheet(_("Plan")[:31])
        for column, name in enumerate(header()):
            sheet.write_string(0, column, name, bold)
        for number, item in enumerate(source.items, start=1):
            for column, value in enumerate(row(item, source.link)):
                _write_cell(sheet, (number, column), value, text=text, day=day)
        for column, width in enumerate(_WIDTHS):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(1, len(source.items)), len(_WIDTHS) - 1)
    return file.getvalue()


_WIDTHS: Final = (22, 22, 20, 40, 40, 12, 14, 24, 18, 12, 10, 10, 12, 24, 40, 12, 12, 24, 12)
_LONGEST_CELL: Final = 32_767


def _write_cell(sheet: Any, place: tuple[int, int], value: Any, *, text: Any, day: Any) -> None:
    if value is None:
        return
    if isinstance(value, date):
        sheet.write_datetime(*place, value, day)
    elif isinstance(value, float):
        sheet.write_number(*place, value, text)
    else:
        sheet.write_string(*place, value[:_LONGEST_CELL], text)


def as_calendar(source: Source) -> bytes:
    """Return the due dates of what is left as days of a calendar (RFC 5545).

    An item has the same UID in every file, so that a calendar that reads a later one moves its day
    instead of adding another.
    """
    from icalendar import Calendar  # noqa: PLC0415

    calendar = Calendar()
    calendar.add("prodid", "-//Plumbline//Improvement plan//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("Plan: %(title)s") % {"title": source.title})
    for item in source.items:
        if item.due and item.is_left:
            calendar.add_component(_event(item, item.due, source.link))
    return bytes(calendar.to_ical())


def _event(item: ImprovementItem, due: date, link: Link) -> Event:
    from icalendar import Event  # noqa: PLC0415

    event = Event()
    event.add("uid", f"{item.pk}@improvement.plumbline")
    event.add("dtstamp", item.changed_at)
    event.add("last-modified", item.changed_at)
    event.add("sequence", item.revision)
    event.add("dtstart", due)
    event.add("dtend", due + timedelta(days=1))
    event.add("summary", f"{item.practice_title} ({item.workload.name})")
    event.add("description", _described(item))
    event.add("url", link(item))
    event.add("transp", "TRANSPARENT")
    return event


def _described(item: ImprovementItem) -> str:
    risk = str(marks.WORDS[Risk(item.risk)])
    lines = [f"{risk}: {item.question_title}", days(item.effort)]
    if item.owner:
        lines.append(_("Owner: %(name)s") % {"name": item.owner})
    if item.ticket_key:
        lines.append(_("Ticket: %(key)s") % {"key": item.ticket_key})
    return "\n".join(lines)


def as_checklist(source: Source) -> bytes:
    """Return the plan as a Markdown check-list: by workload and question, done ones checked."""
    lines = [f"# {_escaped(_('Plan: %(title)s') % {'title': source.title})}", ""]
    for _key, items in groupby(source.items, key=lambda item: item.workload_id):
        of_workload = list(items)
        lines += [f"## {_escaped(of_workload[0].workload.name)}", ""]
        for _place, of_question in groupby(of_workload, key=_place_of):
            lines += _question(list(of_question), source.link)
    return "\n".join(lines).encode()


def _place_of(item: ImprovementItem) -> tuple[Any, str]:
    return item.review_id, item.question_id


def _question(items: Sequence[ImprovementItem], link: Link) -> list[str]:
    first = items[0]
    risk = marks.CHARACTERS[Risk(first.risk)]
    title = f"[{_escaped(first.question_title)}](<{link(first)}>)"
    return [f"### {risk} {title}", "", *map(_line, items), ""]


def _line(item: ImprovementItem) -> str:
    said = [_escaped(item.practice_title), days(item.effort)]
    if item.owner:
        said.append(_escaped(str(item.owner)))
    if item.due:
        said.append(_("due %(day)s") % {"day": item.due.isoformat()})
    if item.ticket_key:
        said.append(_escaped(item.ticket_key))
    if item.status != Status.OPEN:
        said.append(str(status_word(item.status)).lower())
    return f"- [{'x' if item.status == Status.DONE else ' '}] {' · '.join(said)}"


_MARKDOWN: Final = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~&])")


def _escaped(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


KINDS: Final = {
    "csv": Kind("csv", "text/csv; charset=utf-8", as_csv),
    "xlsx": Kind(
        "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_xlsx
    ),
    "ics": Kind("ics", "text/calendar; charset=utf-8", as_calendar),
    "md": Kind("md", "text/markdown; charset=utf-8", as_checklist),
}
"""The kinds of files, by how an address calls them."""
