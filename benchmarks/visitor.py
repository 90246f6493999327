"""A signed-in browser, as far as HTTP goes: one connection that stays open, and two cookies."""

import gzip
import http.client
import secrets
import string
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

_IDLE = 3.0  # seconds; the server closes what was silent for five


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer with what it weighed on the wire and how long it took to the last byte."""

    status: int
    body: bytes
    weight: int
    seconds: float

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8")


class Visitor:
    """Speaks to one server as one person. Not for several threads at once."""

    def __init__(self, url: str, session_key: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
        self._good_until = 0.0
        # An unmasked secret is a valid token, and a browser's script sends it in this header.
        secret = "".join(secrets.choice(string.ascii_letters) for _sign in range(32))
        self._headers = {
            "Accept-Encoding": "gzip",
            "Cookie": f"sessionid={session_key}; csrftoken={secret}",
            "X-CSRFToken": secret,
        }

    def get(self, path: str) -> Reply:
        """Ask for a page."""
        return self._send("GET", path, None, {})

    def post(self, path: str, form: str) -> Reply:
        """Send an encoded form as htmx does."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true"}
        return self._send("POST", path, form, headers)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def _send(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Reply:
        if time.monotonic() > self._good_until:
            # The next request opens it again; the server may have closed it by now.
            self._connection.close()
        began = time.perf_counter()
        self._connection.request(method, path, body, {**self._headers, **headers})
        response = self._connection.getresponse()
        content = response.read()
        seconds = time.perf_counter() - began
        self._good_until = time.monotonic() + _IDLE
        # A redirect would mean signed out: a fast answer to another question.
        if response.status not in {200, 204}:
            raise RuntimeError(f"{method} {path}: {response.status}\n{content[:2000]!r}")
        weight = len(content)
        if response.headers.get("Content-Encoding") == "gzip":
            content = gzip.decompress(content)
        return Reply(response.status, content, weight, seconds)
