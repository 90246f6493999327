"""What the pages about a workload listen to (common/bus.py)."""

from uuid import UUID

from common.bus import LOOK_AGAIN, publish_on_commit


def workload_topic(workload_id: UUID | str) -> str:
    """Return the topic of all that happens in a workload's reviews."""
    return f"workload:{workload_id}"


def look_again_at(workload_id: UUID | str) -> None:
    """Have the open pages of a workload get its state afresh, or end where it is gone."""
    publish_on_commit(workload_topic(workload_id), LOOK_AGAIN, {})
