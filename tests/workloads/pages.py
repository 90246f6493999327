"""Addresses and forms of the pages of workloads, as tests write them."""

from typing import Any

from workloads.models import Workload

LIST = "/o/northwind/workloads/"
NEW = f"{LIST}new/"


def page_of(workload: Workload, page: str = "", *, slug: str = "northwind") -> str:
    """Return the address of a workload's page: ``page_of(workload, "edit")``."""
    return f"/o/{slug}/workloads/{workload.pk}/{page + '/' if page else ''}"


def form(**changes: Any) -> dict[str, Any]:
    """Return a filled-in form of a workload; ``changes`` replace fields."""
    return {
        "name": "Payments API",
        "description": "Takes the money of customers.",
        "environment": "PRODUCTION",
        **changes,
    }
