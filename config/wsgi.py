"""The entry for WSGI servers. `manage.py serve` and docker-compose.yml use ASGI."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()

from tenants.rls import refuse_unsafe_role  # noqa: E402  # the models are loaded only now

refuse_unsafe_role()
