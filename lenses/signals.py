"""What lenses tell the apps above them, which they do not know."""

from django.dispatch import Signal

version_published = Signal()
"""An organisation published a version of a lens of its own; sent after that was committed.

Sender is ``LensVersion``; keywords ``version_id`` (UUID) and ``organization_id`` (UUID). Nothing is
bound and no transaction is open: a receiver binds the organisation, or starts a task that does. A
process that dies right after the commit sends nothing, so what must happen is found otherwise too.
"""
