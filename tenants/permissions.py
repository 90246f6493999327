"""What each role may do: one table, read by services, pages and interfaces alike."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """A person's role in an organisation, most powerful first."""

    OWNER = "owner", _("Owner")
    ADMIN = "admin", _("Admin")
    LEAD = "lead", _("Lead")
    CONTRIBUTOR = "contributor", _("Contributor")
    VIEWER = "viewer", _("Viewer")


class Permission(StrEnum):
    """One thing that can be allowed."""

    VIEW = "view"
    ANSWER = "answer"
    MANAGE_WORKLOADS = "manage_workloads"
    SAVE_MILESTONES = "save_milestones"
    DRAFT_LENSES = "draft_lenses"
    MANAGE_LENSES = "manage_lenses"
    ACCEPT_RISKS = "accept_risks"
    MANAGE_MEMBERS = "manage_members"
    MANAGE_ORGANIZATION = "manage_organization"


_VIEWER = frozenset({Permission.VIEW})
_CONTRIBUTOR = _VIEWER | {Permission.ANSWER}
_LEAD = _CONTRIBUTOR | {
    Permission.MANAGE_WORKLOADS,
    Permission.SAVE_MILESTONES,
    Permission.DRAFT_LENSES,
}
_ADMIN = _LEAD | {
    Permission.MANAGE_LENSES,
    Permission.MANAGE_MEMBERS,
    Permission.ACCEPT_RISKS,
}
_OWNER = _ADMIN | {Permission.MANAGE_ORGANIZATION}

ALLOWED: dict[Role, frozenset[Permission]] = {
    Role.VIEWER: _VIEWER,
    Role.CONTRIBUTOR: _CONTRIBUTOR,
    Role.LEAD: _LEAD,
    Role.ADMIN: _ADMIN,
    Role.OWNER: _OWNER,
}


def is_allowed(role: Role, permission: Permission) -> bool:
    """Say whether ``role`` may do what ``permission`` names."""
    return permission in ALLOWED[role]
