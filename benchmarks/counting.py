"""How many queries a request costs. Runs inside an installation, on Django's test client.

Every statement counts that the request sends to the database, those of session, person and
membership included. Two kinds are told apart because they are no queries about data: the control
of transactions (BEGIN, SAVEPOINT, COMMIT and the like) and, on PostgreSQL, the setting that binds
the organisation (`SELECT set_config`). The summary's refresh is not waiting in the queue when an
answer is counted, so that its message is part of the count: the dearest case.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from reviews.models import LensReview
from tenants.context import in_organization

_TRANSACTIONS = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")
_FORM = "application/x-www-form-urlencoded"


def count_get(*, session_key: str, path: str) -> dict[str, Any]:
    """Count the queries of a page that was asked for before."""
    client = _client(session_key)
    client.get(path)
    return _counted(lambda: client.get(path))


def count_answer(
    *, organization_id: str, review_id: str, session_key: str, forms: list[tuple[str, str]]
) -> dict[str, Any]:
    """Count the queries of the last of several answers, each an address and a form."""
    client = _client(session_key)
    *others, last = forms
    for path, body in others:
        _post(client, path, body)
    with in_organization(UUID(organization_id)):
        LensReview.objects.filter(pk=review_id).update(refresh_queued=False)
    return _counted(lambda: _post(client, *last))


def count_form(*, session_key: str, path: str, body: str) -> dict[str, Any]:
    """Count the queries of a form on a page that was asked for before."""
    client = _client(session_key)
    client.get(path)
    return _counted(lambda: _post(client, path, body))


def _post(client: Client, path: str, body: str) -> Any:
    return client.post(path, body, content_type=_FORM, headers={"hx-request": "true"})


def _client(session_key: str) -> Client:
    client = Client(headers={"host": "127.0.0.1"})
    client.cookies["sessionid"] = session_key
    return client


def _counted(call: Callable[[], Any]) -> dict[str, Any]:
    with CaptureQueriesContext(connection) as captured:
        response = call()
    if response.status_code not in {200, 302}:
        raise RuntimeError(f"{response.status_code}: {response.content[:2000]!r}")
    statements = [query["sql"] for query in captured.captured_queries]
    kinds = Counter(map(_kind, statements))
    return {
        **{kind: kinds[kind] for kind in ("queries", "transaction", "set_config")},
        "statements": [sql[:200] for sql in statements if _kind(sql) == "queries"],
    }


def _kind(sql: str) -> str:
    if sql.startswith(_TRANSACTIONS):
        return "transaction"
    return "set_config" if sql.startswith("SELECT set_config") else "queries"
