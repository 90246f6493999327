"""What reviews tell the apps above them, which they do not know."""

from django.dispatch import Signal

review_changed = Signal()
"""Answers of some reviews changed, or the lens versions that they are judged by.

Sent by whoever brings the figures of the reviews up to date, once for many changes in a row, so
that saving an answer waits for no receiver and sends one message however many there are.

Sender is ``LensReview``; keywords ``review_ids`` (a sequence of UUIDs) and ``organization_id``
(UUID). Sent inside a transaction, with the organisation bound and the reviews locked: what a
receiver enqueues is sent if, and only if, that commits. A receiver does little, raises nothing,
takes no lock, and finds lost messages otherwise too.
"""
