"""The parts every page is made of, as template tags. Loaded as a builtin: no `{% load %}` needed.

The markup of the larger parts lives in `templates/components/`, whose comments list their inputs.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from django import template
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.paginator import Page
from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.template.context import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from common import charts, marks
from common.assets import ALL, BUNDLES
from common.form_fields import field_view
from common.icons import render_icon
from common.markdown import render_markdown
from common.moments import render_moment
from common.pagination import page_numbers
from common.people import initials as initials_of
from common.people import person_name as name_of
from common.risk import Risk
from common.static_files import LeanStaticFilesStorage

register = template.Library()

_NOTICE_ICONS: Final = {
    "info": "info",
    "success": "circle-check",
    "warning": "triangle-alert",
    "danger": "circle-alert",
    "error": "circle-alert",
}


# --- Frame ------------------------------------------------------------------------------------
@register.simple_tag
def stylesheets(bundle: str = ALL) -> SafeString:
    """Links the style sheets of every page, in order; or those of another bundle.

    Raises KeyError where there is no such bundle.
    """
    sheets = BUNDLES[bundle]
    paths = [bundle] if isinstance(staticfiles_storage, LeanStaticFilesStorage) else sheets
    return format_html_join(
        "\n    ", '<link rel="stylesheet" href="{}">', ((static(path),) for path in paths)
    )


@register.simple_tag
def icon(name: str, size: int = 20, label: str | None = None, extra: str = "") -> SafeString:
    """`{% icon "plus" %}`: an outline icon, hidden from readers unless `label` names it."""
    return render_icon(str(name), size, str(label) if label else None, extra)


@register.simple_tag
def logo() -> SafeString:
    """The plumb line, in the accent colour of where it stands."""
    return format_html(
        '<svg class="logo" viewBox="0 0 24 24" aria-hidden="true"><path d="{}"/></svg>',
        "M12 2v11M8 13h8l-4 9z",
    )


@register.inclusion_tag("components/crumb.html")
def crumb(label: str, url: str | None = None) -> dict[str, object]:
    """`{% crumb _("Workloads") url %}`; the last crumb has no URL and is the page itself."""
    return {"label": label, "url": url}


@register.simple_block_tag
def tabs(content: str, label: str) -> str:
    """`{% tabs label=… %}{% tab … %}{% endtabs %}`: navigation between pages of one thing."""
    return render_to_string("components/tabs.html", {"content": content, "label": label})


@register.inclusion_tag("components/tab.html")
def tab(url: str, label: str, current: bool = False, count: int | None = None) -> dict[str, object]:
    """One link of `{% tabs %}`; `count` is shown small beside the label."""
    return {"url": url, "label": label, "current": current, "count": count}


@register.simple_block_tag
def menu(
    content: str,
    id: str,
    label: str,
    *,
    icon: str = "",
    icon_only: bool = False,
    align: str = "end",
    button: str = "",
) -> str:
    """`{% menu "row-3" _("Actions") icon="ellipsis" icon_only=True %}…{% endmenu %}`.

    A button that opens a popover; the content is links and forms with the class `menu-item`.
    """
    return render_to_string(
        "components/menu.html",
        {
            "content": content,
            "id": id,
            "label": label,
            "icon": icon,
            "icon_only": icon_only,
            "align": align,
            "button": button,
        },
    )


@register.simple_block_tag
def dialog(content: str, id: str, title: str, wide: bool = False) -> str:
    """`{% dialog "archive" _("Archive?") %}…{% enddialog %}`, opened by a button with
    `command="show-modal" commandfor="archive"`."""
    return render_to_string(
        "components/dialog.html", {"content": content, "id": id, "title": title, "wide": wide}
    )


@register.inclusion_tag("components/shortcut.html")
def shortcut(keys: str, label: str) -> dict[str, object]:
    """`{% shortcut "g p" _("Plan") %}`: one line of the page's list of keys."""
    return {"keys": keys.split(), "label": label}


# --- Messages ---------------------------------------------------------------------------------
@register.simple_block_tag
def notice(content: str, kind: str = "info", title: str = "", role: str = "") -> str:
    """`{% notice "warning" title=… %}…{% endnotice %}`: info, success, warning or danger."""
    return render_to_string(
        "components/notice.html",
        {
            "content": content,
            "kind": kind,
            "title": title,
            "role": role,
            "icon": _NOTICE_ICONS[kind],
        },
    )


@register.simple_block_tag
def empty_state(content: str, title: str, icon: str = "", level: int = 2) -> str:
    """`{% empty_state _("No workloads yet") icon="layers" %}` text and first action
    `{% endempty_state %}`."""
    return render_to_string(
        "components/empty_state.html",
        {"content": content, "title": title, "icon": icon, "level": level},
    )


@register.filter
def message_icon(level_tag: str) -> str:
    """The icon of a message by its level tag."""
    return _NOTICE_ICONS.get(level_tag, "info")


# --- Risk -------------------------------------------------------------------------------------
def _risk(value: object) -> Risk:
    return Risk(str(value)) if value else Risk.UNANSWERED


@register.simple_tag
def risk_mark(risk: object, word: bool = True) -> SafeString:
    """The shape of a risk, with its name for readers and as tooltip.

    Use `word=False` where the word stands beside it.
    """
    return marks.mark_html(_risk(risk), word, get_language())


@register.simple_tag
def risk_badge(risk: object, short: bool = False) -> SafeString:
    """Mark and word on the risk's soft ground: "▲ High risk"."""
    return marks.badge_html(_risk(risk), short, get_language())


@register.filter
def risk_word(risk: object) -> str:
    """`{{ risk|risk_word }}`: "High risk"."""
    return str(marks.WORDS[_risk(risk)])


@register.filter
def risk_short_word(risk: object) -> str:
    """`{{ risk|risk_short_word }}`: "High"."""
    return str(marks.SHORT_WORDS[_risk(risk)])


@register.filter
def risk_class(risk: object) -> str:
    """`class="{{ risk|risk_class }}"`: gives `--risk` and `--risk-soft` to an element."""
    return marks.risk_class(_risk(risk))


@register.simple_tag
def risk_meter(counts: object, numbers: bool = False) -> SafeString:
    """A stacked bar of the five risks; `numbers=True` for the tall one with figures."""
    return charts.risk_meter(marks.read_counts(counts), numbers=numbers)


@register.inclusion_tag("components/risk_counts.html")
def risk_counts(counts: object, show: str = "open", compact: bool = False) -> dict[str, object]:
    """The counts beside their marks.

    `show="open"`: high, medium and unanswered; `"risks"`: high and medium; `"all"`: what is not 0.
    `compact` shows figures only, as in a table.
    """
    values = marks.read_counts(counts)
    chosen: dict[str, tuple[Risk, ...]] = {
        "open": (Risk.HIGH, Risk.MEDIUM, Risk.UNANSWERED),
        "risks": (Risk.HIGH, Risk.MEDIUM),
        "all": tuple(risk for risk in marks.METER_ORDER if values[risk]),
    }
    entries = [
        {
            "risk": risk,
            "count": values[risk],
            "word": marks.counted_short(risk, values[risk]),
            "phrase": marks.counted(risk, values[risk]),
        }
        for risk in chosen[show]
    ]
    return {"entries": entries, "compact": compact}


@register.inclusion_tag("components/progress.html")
def progress(done: int, total: int, label: str = "") -> dict[str, object]:
    """`{% progress 43 57 _("answered") %}`: "43 / 57" with a short bar."""
    return {"done": done, "total": total, "label": label, "bar": charts.progress(done, total)}


# --- Texts ------------------------------------------------------------------------------------
@register.simple_tag
def moment(value: date | datetime | None, style: str = "relative") -> SafeString:
    """`{% moment workload.updated_at %}`: a `<time>`; styles `relative`, `date` and `full`."""
    return render_moment(value, style)


@register.simple_tag
def markdown(text: str | None) -> SafeString:
    """A user's Markdown as safe HTML in `<div class="prose">`; nothing for an empty text."""
    if not text or not text.strip():
        return SafeString("")
    return format_html('<div class="prose">{}</div>', render_markdown(text))


@register.filter
def person_name(person: object) -> str:
    """The name of a user, or the e-mail address when no name is known."""
    return name_of(person)


@register.filter
def initials(name: object) -> str:
    """Two letters for a name: "Ada Lovelace" becomes "AL"."""
    return initials_of(name_of(name))


@register.inclusion_tag("components/avatar.html")
def avatar(person: object, named: bool = False, extra: str = "") -> dict[str, object]:
    """Initials in a circle with the name as tooltip; `named=True` writes the name beside it."""
    name = name_of(person)
    return {"name": name, "initials": initials_of(name), "named": named, "extra": extra}


@register.simple_tag
def badge(text: str, tone: str = "", icon: str = "") -> SafeString:
    """`{% badge _("Archived") %}`; tones accent, success, warning, danger."""
    return format_html(
        '<span class="badge{}">{}{}</span>',
        f" badge-{tone}" if tone else "",
        render_icon(icon, 12) if icon else "",
        text,
    )


@register.inclusion_tag("components/copy_button.html")
def copy_button(text: str, label: str = "") -> dict[str, object]:
    """A button that copies `text`, shown only where scripts run."""
    return {"text": text, "label": label}


# --- Forms ------------------------------------------------------------------------------------
@register.inclusion_tag("components/field.html")
def field(
    bound: BoundField,
    *,
    label: str | None = None,
    help: str | None = None,
    mark: str = "optional",
    placeholder: bool = True,
    extra: str = "",
    **attributes: Any,
) -> dict[str, object]:
    """`{% field form.name %}`: label, control, help and errors, tied together for readers.

    `mark` is `optional` (say so where a field may stay empty), `required` (a star) or `none`.
    Further arguments become attributes of the control; `_` in their names is read as `-`.
    """
    named = {
        name.replace("_", "-"): value if isinstance(value, bool) else str(value)
        for name, value in attributes.items()
    }
    view = field_view(bound, label=label, help_text=help, placeholder=placeholder, attributes=named)
    return {"field": view, "mark": mark, "extra": extra}


@register.inclusion_tag("components/form_errors.html")
def form_errors(form: BaseForm) -> dict[str, object]:
    """What is wrong with the form as a whole, and links to the fields that need mending."""
    # A group of options has no label of its own: its first option is where the mending begins.
    fields = [
        {"id": bound.id_for_label or f"{bound.auto_id}_0", "label": bound.label}
        for bound in form.visible_fields()
        if bound.errors
    ]
    hidden = [error for bound in form.hidden_fields() for error in bound.errors]
    return {
        "errors": [*form.non_field_errors(), *hidden],
        "fields": fields if len(fields) > 1 else [],
    }


# --- Tables -----------------------------------------------------------------------------------
def _query(context: Context) -> QueryDict:
    request = context.get("request")
    return request.GET.copy() if request is not None else QueryDict(mutable=True)


def _link(query: QueryDict, **changes: str) -> str:
    for name, value in changes.items():
        query[name] = value
    return f"?{query.urlencode()}"


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: Context, page: Page[Any], label: str = "") -> dict[str, object]:
    """Links to the pages of a list that keep search, filter and sort; nothing for a single page."""
    entries = [
        {"number": number, "url": _link(_query(context), page=str(number)) if number else ""}
        for number in page_numbers(page)
    ]

    def url(number: int) -> str:
        return _link(_query(context), page=str(number))

    return {
        "page": page,
        "entries": entries,
        "label": label,
        "previous_url": url(page.previous_page_number()) if page.has_previous() else "",
        "next_url": url(page.next_page_number()) if page.has_next() else "",
    }


@register.inclusion_tag("components/sort_header.html", takes_context=True)
def sort_header(
    context: Context, key: str, label: str, current: str | None = None, number: bool = False
) -> dict[str, object]:
    """A `<th>` that sorts by `key` (`?sort=key`, `?sort=-key`) and says how it is sorted now.

    `current` is the sort in force; without it, the one in the URL.
    """
    query = _query(context)
    now = str(query.get("sort", "")) if current is None else current
    direction = {key: "ascending", f"-{key}": "descending"}.get(now, "none")
    query.pop("page", None)
    return {
        "label": label,
        "direction": direction,
        "number": number,
        "url": _link(query, sort=f"-{key}" if direction == "ascending" else key),
    }
