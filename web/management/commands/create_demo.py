"""`manage.py create_demo`: the sample organisation of a first start."""

from typing import Any

from django.core.management.base import BaseCommand

from web import demo


class Command(BaseCommand):
    """Creates the demo unless somebody has signed up, and says how to sign in."""

    help = "Create the organisation Demo with sample data, if nobody has signed up yet."

    def handle(self, *args: Any, **options: Any) -> None:
        """Create it, or leave it; print the sign-in while its password is unchanged."""
        demo.create_demo()
        known = demo.sign_in()
        if known:
            email, password = known
            self.stdout.write(f"Sign in as  {email}\n  password  {password}")
