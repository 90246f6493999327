"""What the tests of accounts do again and again."""

from html import unescape
from typing import Any

from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.utils.html import strip_tags

SIGN_UP = "/accounts/signup/"
SIGN_IN = "/accounts/login/"
SIGN_OUT = "/accounts/logout/"
RESET = "/accounts/password/reset/"

PASSWORD = "correct horse"
NEW_PASSWORD = "blue harbour at nine"


def sign_up(client: Client, **fields: str) -> Any:
    """Send the form of a new account; ``fields`` replace what Anna would enter."""
    entered = {
        "name": "Anna",
        "email": "anna@example.org",
        "password1": NEW_PASSWORD,
        "password2": NEW_PASSWORD,
    }
    return client.post(SIGN_UP, entered | fields)


def sign_in(client: Client, login: str, password: str = PASSWORD, **fields: str) -> Any:
    """Send the form of signing in."""
    return client.post(SIGN_IN, {"login": login, "password": password, **fields})


def is_signed_in(client: Client) -> bool:
    """Tell whether the browser is anybody's."""
    return "_auth_user_id" in client.session


def text_of(response: Any) -> str:
    """The page's visible text with runs of blanks made one."""
    return " ".join(unescape(strip_tags(response.content.decode())).split())


def only_mail() -> EmailMultiAlternatives:
    """Return the one mail that was sent."""
    [message] = mail.outbox
    assert isinstance(message, EmailMultiAlternatives)
    return message


def assert_is_ours(message: EmailMultiAlternatives) -> None:
    """Check what every mail has in common: plain text, our words, nothing escaped or left open."""
    assert not message.alternatives
    assert message.content_subtype == "plain"
    body = message.body
    assert isinstance(body, str)
    assert body.startswith("Hello,\n\n")
    assert body.rstrip().endswith(
        "Plumbline at testserver: architecture reviews your team can trust."
    )
    for sign in ("&#x27;", "&amp;", "&lt;", "{{", "{%", "\n\n\n"):
        assert sign not in body, sign
    assert "\n" not in message.subject
    assert "example.com" not in message.subject
