"""Identifiers made in Python, so that a row knows its key before it is saved."""

import uuid

import uuid_utils.compat


def new_id() -> uuid.UUID:
    """Return a new UUIDv7 (RFC 9562 §5.7).

    It begins with the milliseconds since 1970: new rows land at the end of the index, and
    sorting by key sorts by age.
    """
    return uuid_utils.compat.uuid7()
