"""A review with people around it, made inside an installation: prints who and what as JSON.

`python -m tests.runtime.stage`, in the installation's environment. Nobody has to sign in.
"""

import json
import sys
from typing import Any

import django


def make() -> dict[str, Any]:
    """Make Northwind with its people, one workload under review, and an outsider."""
    from django.test import Client

    from accounts.models import User
    from tenants.context import in_organization
    from tenants.models import Membership
    from tenants.permissions import Role
    from tenants.services import create_organization
    from tests.builders import make_review, make_workload

    people, sessions = {}, {}
    for name in ("owner", "lead", "contributor", "viewer", "outsider"):
        person = User.objects.create_user(f"{name}@stage.example", "quiet", name=name.title())
        browser = Client()
        browser.force_login(person)
        people[name], sessions[name] = person, browser.cookies["sessionid"].value
    organization = create_organization(
        user_id=people["owner"].pk, user_name="Owner", name="Northwind"
    )
    members = {}
    with in_organization(organization.pk):
        for name in ("lead", "contributor", "viewer"):
            member = Membership.objects.create(user=people[name], role=Role(name))
            members[name] = str(member.pk)
        review = make_review()
        another = make_workload("Another workload")
        questions = review.lens_version.definition.questions
    return {
        "slug": organization.slug,
        "people": {name: str(person.pk) for name, person in people.items()},
        "sessions": sessions,
        "members": members,
        "workload": str(review.workload_id),
        "workload_name": review.workload.name,
        "another_workload": str(another.pk),
        "review": str(review.pk),
        "questions": [question.id for question in questions],
        "choices": [list(question.choice_ids) for question in questions],
    }


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps(make()) + "\n")
