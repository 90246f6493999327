"""What happens in a review, told to the pages that are open on its workload.

A page opens ``/o/<slug>/workloads/<id>/events/`` (reviews/views/events.py). Its first event is
``state``; then come, with the id of their ``review``:

- ``answer`` {question, risk, revision, answers_revision, by, by_name, key}: an answer was saved.
  ``revision`` is the answer's, ``answers_revision`` the review's; ``key`` is what the page that
  saved it called its request, so that it can pass over its own;
- ``comments`` {question, open, by}, ``assignment`` {question, assignee, name, by},
  ``evidence`` {question, choice, count, by};
- ``upgraded`` {}: the review is at another version of its lens;

and of the workload as a whole ``milestone`` {}, ``presence`` {people, count} and ``ended`` {}: this
person may no longer listen.
"""

from collections.abc import Sequence
from typing import Any

from common.bus import Message, publish_all_on_commit, publish_on_commit
from reviews.models import LensReview
from workloads.topics import workload_topic


def announce(review: LensReview, event: str, **data: Any) -> None:
    """Tell the pages open on the review's workload, once the current transaction has committed.

    Ids, counts, risks and names only, never what people wrote: pages fetch what they may see.
    """
    publish_on_commit(workload_topic(review.workload_id), event, {"review": str(review.pk), **data})


def announce_all(reviews: Sequence[LensReview], event: str, **data: Any) -> None:
    """Tell about many reviews at once, as ``announce`` does about one."""
    publish_all_on_commit(
        [
            Message(workload_topic(review.workload_id), event, {"review": str(review.pk), **data})
            for review in reviews
        ]
    )
