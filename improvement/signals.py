"""What the plan tells others, such as whoever keeps a ticket system in step.

The one seam for a tracker: a receiver of ``item_changed`` reads the item (``ImprovementItem``:
title, status, owner, due, effort, ``ticket_key``, ``ticket_url``) and enqueues a task that calls
the tracker; what the tracker says comes back through ``improvement.services.items.edit_item``, with
the revision that the task read, as any other editor's change does.
"""

from django.dispatch import Signal

item_changed = Signal()
"""An improvement item was made or changed, by a person or by an answer.

Sender is ``ImprovementItem``; keywords ``item_id`` (UUID), ``organization_id`` (UUID), ``fields``
(a frozenset of the names of the fields that changed; all of ``status`` and more for a new one) and
``revision`` (int, the item's after the change: an event that is older than the item can be passed
over). Sent inside the transaction of the change with the organisation bound: enqueue, and do
nothing else (``tenants.tasks.enqueue``), so that it happens if, and only if, the change commits.
"""
