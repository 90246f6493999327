"""The entry for ASGI servers: `manage.py serve`, or any other one by `config.asgi:application`."""

import os
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.core.asgi import get_asgi_application

from common.uploads import LimitedBody

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = LimitedBody(get_asgi_application(), limit=settings.LARGEST_REQUEST)


def _refuse_unsafe_role() -> None:
    from django.db import connection  # noqa: PLC0415  # only now are the settings loaded

    from tenants.rls import refuse_unsafe_role  # noqa: PLC0415

    try:
        refuse_unsafe_role()
    finally:
        connection.close()


# In a thread: a server may import this module inside its running event loop, where Django lets
# nobody ask the database.
with ThreadPoolExecutor(max_workers=1) as _thread:
    _thread.submit(_refuse_unsafe_role).result()
