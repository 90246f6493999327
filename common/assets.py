"""The style sheets that are linked together, in the order the cascade needs them.

One file a component keeps them readable. What is collected for serving has each bundle as one file
(common/static_files.py); elsewhere they are linked one by one, because an `@import` chain would be
fetched one after the other. The sheets of other pages are linked by their own templates.
"""

from __future__ import annotations

from typing import Final

STYLESHEETS: Final = (
    "css/plumbline.css",
    "css/reset.css",
    "css/tokens.css",
    "css/base.css",
    *(
        f"css/components/{name}.css"
        for name in (
            "button",
            "field",
            "table",
            "card",
            "badge",
            "risk",
            "chart",
            "chip",
            "kbd",
            "avatar",
            "menu",
            "dialog",
            "palette",
            "toast",
            "notice",
            "pagination",
            "empty",
            "definition-list",
            "practice",
            "question-diff",
            "prose",
            "tabs",
            "breadcrumbs",
            "page-head",
            "frame",
            "topbar",
            "rail",
            "auth-card",
        )
    ),
)

REVIEW_STYLESHEETS: Final = tuple(
    f"css/pages/{name}.css"
    for name in (
        "review",
        "review-panes",
        "review-sheets",
        "evidence",
        "insight",
        "notes",
        "conversation",
        "history",
        "review-live",
    )
)

ALL: Final = "css/all.css"
REVIEW: Final = "css/pages/review-all.css"

BUNDLES: Final[dict[str, tuple[str, ...]]] = {ALL: STYLESHEETS, REVIEW: REVIEW_STYLESHEETS}
"""By the name of the file that holds them: the sheets of every page, those of the review's."""
