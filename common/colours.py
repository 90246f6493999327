"""Colours as #rrggbb: what can be read on one, and what of one can be read on white. Pure."""

from __future__ import annotations

import re
from typing import Final

HEX: Final = re.compile(r"#[0-9a-f]{6}")

WHITE: Final = "#ffffff"
BLACK: Final = "#151a22"
READABLE: Final = 4.5
"""The contrast that text needs (WCAG 2.2, level AA)."""

_DARKER: Final = 0.94


def contrast(one: str, other: str) -> float:
    """The ratio of two colours' relative luminance, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def text_on(colour: str) -> str:
    """White or black: whichever reads better on the colour."""
    return max((WHITE, BLACK), key=lambda text: contrast(text, colour))


def ink(colour: str) -> str:
    """The colour, made darker until text in it can be read on white."""
    channels: list[float] = list(_channels(colour))
    while contrast(found := _hex(channels), WHITE) < READABLE:
        channels = [channel * _DARKER for channel in channels]
    return found


def _channels(colour: str) -> tuple[int, int, int]:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return red, green, blue


def _hex(channels: list[float]) -> str:
    return "#" + "".join(f"{int(channel):02x}" for channel in channels)


def _luminance(colour: str) -> float:
    shares = (channel / 255 for channel in _channels(colour))
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4  # noqa: PLR2004
        for share in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
