"""Lists in pages."""

from __future__ import annotations

from typing import Any, Final

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

PAGE_SIZE: Final = 50
_NEIGHBOURS: Final = 1


def paginate(request: HttpRequest, items: Any, *, size: int = PAGE_SIZE) -> Page[Any]:
    """The page of `items` (a query set or a sequence) that `?page=` asks for.

    A number that is none, too small or too large gives the nearest page: a link that was kept
    while the list grew shorter still opens.
    """
    return Paginator(items, size).get_page(request.GET.get("page"))


def page_numbers(page: Page[Any]) -> list[int]:
    """The page numbers to link: first, last and around the current one; 0 stands for a gap."""
    last = page.paginator.num_pages
    shown = sorted(
        {1, last}
        | {
            number
            for number in range(page.number - _NEIGHBOURS, page.number + _NEIGHBOURS + 1)
            if 1 <= number <= last
        }
    )
    numbers: list[int] = []
    for number in shown:
        if numbers and number - numbers[-1] == 2:  # noqa: PLR2004 - a gap of one page is a page
            numbers.append(number - 1)
        elif numbers and number - numbers[-1] > 1:
            numbers.append(0)
        numbers.append(number)
    return numbers
