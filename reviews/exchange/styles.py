"""How the cells of a workbook look. Risks have mark and word too: colour is never alone."""

from __future__ import annotations

from typing import Any, Final

from common.risk import Risk

# The light colours of static/css/tokens.css: a workbook has paper for its ground.
RISK_COLOURS: Final = {
    Risk.HIGH: "#b4232c",
    Risk.MEDIUM: "#d99a2b",
    Risk.UNANSWERED: "#868f9d",
    Risk.NONE: "#12704a",
    Risk.NOT_APPLICABLE: "#c5cbd5",
}
_RISK_TEXTS: Final = {
    Risk.HIGH: ("#b4232c", "#fdecec"),
    Risk.MEDIUM: ("#8a5a00", "#fdf3dd"),
    Risk.UNANSWERED: ("#5f6a7a", "#eef0f3"),
    Risk.NONE: ("#12704a", "#e5f5ed"),
    Risk.NOT_APPLICABLE: ("#475569", "#e8ecf2"),
}
_BORDER: Final = {"bottom": 1, "bottom_color": "#e3e6eb"}
_BASE: Final = {"font_name": "Calibri", "font_size": 11, "valign": "top"}


class Styles:
    """The formats of one workbook."""

    def __init__(self, book: Any) -> None:
        self._book = book
        # The prefix keeps a text a text when somebody edits its cell.
        text = {**_BASE, **_BORDER, "text_wrap": True, "quote_prefix": True}
        self.title = self._add(**{**_BASE, "bold": True, "font_size": 18})
        self.plain = self._add(**_BASE, quote_prefix=True)
        self.label = self._add(**_BASE, bold=True, font_color="#4b5563")
        self.heading = self._add(
            **{**_BASE, "valign": "vcenter"},
            bold=True,
            text_wrap=True,
            bg_color="#eef0f3",
            bottom=1,
            bottom_color="#828b99",
        )
        self.text = self._add(**text)
        self.number = self._add(**_BASE, **_BORDER, num_format="General")
        self.moment = self._add(**_BASE, **_BORDER, num_format="yyyy-mm-dd hh:mm", align="left")
        self.question = self._add(**text, bold=True, bg_color="#f6f7f9")
        self.practice = self._add(**text, indent=1)
        self.to_fill = self._add(**text, bg_color="#fffdf2", num_format="@")
        self.to_fill_question = self._add(**text, bg_color="#faf6e3", num_format="@", bold=True)
        self.risks = {
            risk: self._add(**text, font_color=colour, bg_color=ground)
            for risk, (colour, ground) in _RISK_TEXTS.items()
        }

    def _add(self, **values: Any) -> Any:
        return self._book.add_format(values)
