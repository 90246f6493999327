"""Who does something: the first argument of every service."""

from dataclasses import dataclass
from uuid import UUID

from common.errors import Forbidden
from tenants.models import Organization
from tenants.permissions import Permission, Role, is_allowed


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, or the system, acting in one organisation.

    ``user_id`` is None for the system (commands, scheduled tasks). ``address`` and ``request_id``
    are for the audit log and empty outside a request.
    """

    organization: Organization
    user_id: UUID | None
    name: str
    role: Role
    address: str = ""
    request_id: str = ""

    def can(self, permission: Permission) -> bool:
        """Say whether the actor's role allows ``permission``."""
        return is_allowed(self.role, permission)

    def require(self, permission: Permission) -> None:
        """Raise Forbidden unless the actor's role allows ``permission``."""
        if not self.can(permission):
            raise Forbidden


def system_actor(organization: Organization) -> Actor:
    """Return the actor of commands and scheduled tasks: it may do all, and is named as such."""
    return Actor(organization=organization, user_id=None, name="Plumbline", role=Role.OWNER)
