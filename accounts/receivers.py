"""What follows when somebody signs out."""

from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from tenants.topics import end_streams_of_session


@receiver(user_logged_out, dispatch_uid="end_streams_of_session")
def end_streams(request: HttpRequest, user: Any, **_signal: Any) -> None:
    """End the event streams that the session had open."""
    session_key = request.session.session_key
    if user is not None and session_key:
        end_streams_of_session(user.pk, session_key)
