"""Outline icons as inline SVG, from the one set the product uses (Lucide)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import lucide
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from lucide.templatetags.lucide import lucide as draw

_SPACE: Final = re.compile(r"\s*\n\s*")


@lru_cache(maxsize=512)
def render_icon(name: str, size: int = 20, label: str | None = None, extra: str = "") -> SafeString:
    """An icon of `size` CSS pixels in the colour of the text around it.

    It is hidden from screen readers unless `label` gives it a name; `extra` adds CSS classes.

    Raises LookupError when the set has no icon of that name.
    """
    classes = f"icon {extra}".rstrip()
    named: dict[str, object] = (
        {"role": "img", "aria-label": label} if label else {"aria-hidden": "true"}
    )
    try:
        svg = draw(name, size=size, **{"class": classes, "focusable": "false", **named})
    except lucide.IconDoesNotExist as error:
        message = f"There is no icon {escape(name)!r}."
        raise LookupError(message) from error
    # ElementTree escapes what it writes; the drawing itself comes from the package.
    return mark_safe(_SPACE.sub("", svg).replace(" />", "/>"))  # noqa: S308
