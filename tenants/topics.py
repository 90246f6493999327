"""What the open streams of a person listen to, wherever in the product they are (common/bus.py)."""

from uuid import UUID

from django.utils.crypto import salted_hmac

from common.bus import LOOK_AGAIN, publish_on_commit

SIGNED_OUT = "signed_out"
"""An event for streams alone: a session has ended, named by its ``session_mark``."""


def person_topic(user_id: UUID | str) -> str:
    """Return the topic of what changes for one person."""
    return f"person:{user_id}"


def look_again_for(user_id: UUID | str) -> None:
    """Have a person's streams look whether they may still listen, and end where they may not."""
    publish_on_commit(person_topic(user_id), LOOK_AGAIN, {})


def end_streams_of_session(user_id: UUID | str, session_key: str) -> None:
    """Have the streams end that were opened in a session."""
    publish_on_commit(person_topic(user_id), SIGNED_OUT, {"session": session_mark(session_key)})


def session_mark(session_key: str) -> str:
    """Return what names a session without giving away the key, which would open it."""
    return salted_hmac("plumbline.stream", session_key).hexdigest()[:16]
