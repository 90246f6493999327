"""What reviews tell the apps above them, which they do not know."""

from django.dispatch import Signal

review_changed = Signal()
"""Answers of some reviews changed, or the lens versions that they are judged by.

Sender is ``LensReview``; keywords ``review_ids`` (a sequence of UUIDs) and ``organization_id``
(UUID). Sent inside the transaction of the change, with the organisation bound and the reviews
locked, before the audit log is written: what a receiver enqueues is sent if, and only if, the
change commits. A receiver does little, raises nothing, takes no lock that another writer holds
while it waits for a review or the audit log, and finds lost messages otherwise too.
"""
