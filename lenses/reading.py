"""A lens as somebody reads it: in which language, all of it or what a search finds, as HTML."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from urllib.parse import urlencode

from django.conf.locale import LANG_INFO
from django.core.cache import cache
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext

from lenses.catalog.languages import SOURCE_LANGUAGE, languages_of
from lenses.definition import LensDefinition
from lenses.models import LensVersion
from lenses.outline import PillarOutline, outline
from lenses.search import MAX_QUERY, found, words_of

# Seconds; short, because a new release may draw them otherwise and a shared cache outlives it.
HTML_KEPT: Final = 600


@dataclass(frozen=True)
class Reading:
    """One reader's look at a version: its language, what is searched, whether all is open."""

    version: LensVersion
    language: str
    query: str
    all_open: bool

    @cached_property
    def definition(self) -> LensDefinition:
        """The lens in the chosen language."""
        return self.version.definition_in(self.language)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """What is searched; empty where nothing is."""
        return words_of(self.query)

    @cached_property
    def pillars(self) -> tuple[PillarOutline, ...]:
        """What the contents list: all of the lens, or what the search finds."""
        pillars = outline(self.definition)
        return found(pillars, self.words) if self.words else pillars

    @property
    def count(self) -> int:
        """How many questions that is."""
        return sum(len(pillar.questions) for pillar in self.pillars)

    @property
    def total(self) -> int:
        """How many questions the lens has."""
        return len(self.definition.questions)

    @property
    def summary(self) -> str:
        """What is shown, in a few words: "7 questions of 57"."""
        if not self.words:
            return ngettext("%(n)d question", "%(n)d questions", self.total) % {"n": self.total}
        template = ngettext("%(n)d question of %(of)d", "%(n)d questions of %(of)d", self.count)
        return template % {"n": self.count, "of": self.total}

    @property
    def languages(self) -> list[tuple[str, str, bool]]:
        """The languages to choose from (code, own name, whether it is this); none for just one."""
        codes = languages_of(self.version.sha256)
        if len(codes) == 1:
            return []
        return [(code, _own_name(code), code == self.language) for code in codes]

    @property
    def other_language(self) -> str:
        """The `lang` of the lens's texts where it is not the page's, else empty."""
        is_known = len(languages_of(self.version.sha256)) > 1
        return self.language if is_known and self.language != _page_language() else ""

    @property
    def chosen_language(self) -> str:
        """The language as addresses have it: empty where it is the one shown unasked."""
        return "" if self.language == _language_unasked(self.version) else self.language

    def address(self, *, query: str = "", all_open: bool = False) -> str:
        """The address of this look, searched or opened otherwise."""
        parts = {"q": query, "language": self.chosen_language, "open": "1" if all_open else ""}
        return "?" + urlencode({name: value for name, value in parts.items() if value})

    @property
    def own_address(self) -> str:
        """The address under which this look is found again."""
        return self.address(query=self.query if self.words else "", all_open=self.all_open)

    @property
    def whole_address(self) -> str:
        """The address of all of the lens, folded."""
        return self.address()

    @property
    def open_address(self) -> str:
        """The address of all of the lens, open."""
        return self.address(all_open=True)

    @property
    def html(self) -> SafeString:
        """The pillars as HTML; what is not searched comes from the cache where it has it.

        They are the bulk of the page, and the same for everybody who reads this document.
        """
        if self.words:
            return self._drawn()
        interface = get_language()
        key = f"lens-pillars:{interface}:{self.language}:{self.all_open:d}:{self.version.sha256}"
        packed: bytes | None = cache.get(key)
        if packed is None:
            packed = zlib.compress(self._drawn().encode(), level=1)
            cache.set(key, packed, HTML_KEPT)
        return mark_safe(zlib.decompress(packed).decode())  # noqa: S308 - a template made it

    def _drawn(self) -> SafeString:
        context = {
            "pillars": self.pillars,
            "all_open": self.all_open or bool(self.words),
            "words": self.words,
            "lang": self.other_language,
        }
        return render_to_string("lenses/pillars.html", context)


def read(version: LensVersion, query: QueryDict) -> Reading:
    """How an address asks to read a version: `language`, `q`, `open`."""
    wanted = query.get("language")
    language = _known(version, wanted) if wanted else _language_unasked(version)
    words = query.get("q", "")[:MAX_QUERY].strip()
    return Reading(version, language, words, "open" in query)


def _language_unasked(version: LensVersion) -> str:
    return _known(version, _page_language())


def _known(version: LensVersion, language: str) -> str:
    code = language.split("-", maxsplit=1)[0].lower()
    return code if code in languages_of(version.sha256) else SOURCE_LANGUAGE


def _page_language() -> str:
    return (get_language() or SOURCE_LANGUAGE).split("-")[0]


def _own_name(code: str) -> str:
    information = LANG_INFO.get(code, {})
    return str(information.get("name_local", code))
