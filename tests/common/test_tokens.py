"""The colours of the product reach the contrast that people need to read and to see marks."""

from __future__ import annotations

import re
from typing import Final

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from common.assets import STYLESHEETS

TEXT: Final = 4.5
MARK: Final = 3.0
GROUNDS: Final = ("background", "surface", "surface-raised", "surface-hover", "accent-soft")
SOFT: Final = ("high", "medium", "none", "unanswered", "not-applicable")


def read_tokens() -> dict[str, tuple[str, str]]:
    """Each colour token as (light, dark)."""
    text = (settings.BASE_DIR / "static/css/tokens.css").read_text()
    found = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\);", text)
    return {name: (light, dark) for name, light, dark in found}


TOKENS: Final = read_tokens()


def contrast(one: str, other: str) -> float:
    """The ratio of two colours (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
class TestContrast:
    @pytest.mark.parametrize("ground", GROUNDS)
    @pytest.mark.parametrize("ink", ["text", "text-secondary", "text-muted", "accent"])
    def test_text_on_every_ground(self, scheme: int, ground: str, ink: str) -> None:
        assert contrast(TOKENS[ink][scheme], TOKENS[ground][scheme]) >= TEXT

    @pytest.mark.parametrize("ground", GROUNDS)
    @pytest.mark.parametrize("risk", SOFT)
    def test_risks_on_every_ground(self, scheme: int, ground: str, risk: str) -> None:
        assert contrast(TOKENS[f"risk-{risk}"][scheme], TOKENS[ground][scheme]) >= TEXT

    @pytest.mark.parametrize("risk", SOFT)
    def test_risks_on_their_own_soft_ground(self, scheme: int, risk: str) -> None:
        ink, ground = TOKENS[f"risk-{risk}"][scheme], TOKENS[f"risk-{risk}-soft"][scheme]
        assert contrast(ink, ground) >= TEXT

    @pytest.mark.parametrize("ground", ["background", "surface", "surface-raised"])
    @pytest.mark.parametrize("mark", ["border-control", "risk-unanswered-bar"])
    def test_control_borders_and_bars(self, scheme: int, ground: str, mark: str) -> None:
        assert contrast(TOKENS[mark][scheme], TOKENS[ground][scheme]) >= MARK

    def test_words_on_a_primary_button(self, scheme: int) -> None:
        for ground in ("accent", "accent-hover"):
            assert contrast(TOKENS["accent-text"][scheme], TOKENS[ground][scheme]) >= TEXT


def test_every_style_sheet_exists_and_stands_in_a_layer() -> None:
    for path in STYLESHEETS:
        found = finders.find(path)
        assert isinstance(found, str), path
        with open(found) as sheet:
            assert "@layer" in sheet.read(), path


def test_no_component_uses_a_token_that_is_not_there() -> None:
    css = "\n".join((settings.BASE_DIR / "static" / path).read_text() for path in STYLESHEETS)
    defined = set(re.findall(r"(--[\w-]+):", css))
    used = set(re.findall(r"var\((--[\w-]+)", css))
    assert used <= defined
