"""Writes about organisations and their members."""

import secrets
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from common.colours import HEX
from common.errors import Conflict, Forbidden, Invalid, NotFound
from common.ids import new_id
from tenants import audit
from tenants.actors import Actor
from tenants.context import in_organization
from tenants.models import Membership, Organization
from tenants.permissions import Permission, Role
from tenants.plans import require_within
from tenants.topics import look_again_for
from tenants.transactions import writing

RESERVED_SLUGS = frozenset({"new"})
_ATTEMPTS = 20
_SHORTEST_NAME, _LONGEST_NAME = 2, 100


def create_organization(*, user_id: UUID, user_name: str, name: str) -> Organization:
    """Create an organisation whose owner is the person; raises Invalid for an unusable name.

    Its address is made from the name, with a number behind it when that is taken. Other
    organisations cannot be seen from here, so the unique constraint is what tells.
    """
    name = _tidied(name)
    base = slugify(name)[:40] or "organisation"
    for attempt in range(1, _ATTEMPTS + 1):
        slug = base if attempt == 1 else f"{base}-{attempt}"
        if slug in RESERVED_SLUGS:
            continue
        try:
            return _insert_organization(user_id=user_id, user_name=user_name, name=name, slug=slug)
        except IntegrityError:
            continue
    raise Conflict(_("No free address was found for this name; try another."))


def _tidied(name: str) -> str:
    name = " ".join(name.split())
    if not _SHORTEST_NAME <= len(name) <= _LONGEST_NAME:
        problem = _("Between %(shortest)d and %(longest)d characters.")
        problem %= {"shortest": _SHORTEST_NAME, "longest": _LONGEST_NAME}
        raise Invalid(fields={"name": [problem]})
    return name


def _insert_organization(*, user_id: UUID, user_name: str, name: str, slug: str) -> Organization:
    organization = Organization(
        id=new_id(), name=name, slug=slug, account_id=f"{secrets.randbelow(10**12):012d}"
    )
    actor = Actor(organization=organization, user_id=user_id, name=user_name, role=Role.OWNER)
    # The row policies let in only what is bound, so the new id is bound before it is written.
    with writing(), in_organization(organization.pk):
        organization.save(force_insert=True)
        Membership.objects.create(user_id=user_id, role=Role.OWNER)
        audit.record(
            actor=actor,
            verb="organization.created",
            target=organization,
            after={"name": name, "slug": slug},
        )
    return organization


def change_organization(*, actor: Actor, name: str, colour: str) -> Organization:
    """Change the organisation's name and the colour of its reports, ``#rrggbb`` or empty.

    Its address stays, because links point there. Raises Forbidden, Invalid by field.
    """
    actor.require(Permission.MANAGE_ORGANIZATION)
    values = {"name": _tidied(name), "colour": colour.strip().lower()}
    if values["colour"] and not HEX.fullmatch(values["colour"]):
        problem = _("Write the colour as # and six digits or letters from a to f, as in #3b48c9.")
        raise Invalid(fields={"colour": [problem]})
    with writing():
        organization = Organization.objects.select_for_update().get(pk=actor.organization.pk)
        before, after = audit.changes(
            {field: getattr(organization, field) for field in values}, values
        )
        if after:
            for field, value in values.items():
                setattr(organization, field, value)
            organization.save(update_fields=list(values))
            audit.record(
                actor=actor,
                verb="organization.changed",
                target=organization,
                before=before,
                after=after,
            )
    return organization  # type: ignore[no-any-return]


def add_member(*, actor: Actor, email: str, role: Role) -> Membership:
    """Add the person who signs in with ``email``; raises Invalid when there is none."""
    actor.require(Permission.MANAGE_MEMBERS)
    _require_rank(actor, role)
    with writing():
        # Two who add somebody at once take turns: together they would pass the limit.
        Organization.objects.select_for_update(no_key=True).get(pk=actor.organization.pk)
        count = Membership.objects.count() + 1
        require_within(actor.organization, "members", count, field="email")
        user = get_user_model().objects.filter(email=email.strip().lower(), is_active=True).first()
        if user is None:
            problem = _("Nobody has signed up with this address yet.")
            raise Invalid(fields={"email": [problem]})
        try:
            with transaction.atomic():
                membership = Membership.objects.create(user=user, role=role)
        except IntegrityError:
            raise Conflict(fields={"email": [_("This person is a member already.")]}) from None
        audit.record(
            actor=actor,
            verb="member.added",
            target=membership,
            after={"email": user.email, "role": role},
        )
    return membership  # type: ignore[no-any-return]


def change_role(*, actor: Actor, membership_id: UUID, role: Role) -> Membership:
    """Give a member another role; the last owner stays one."""
    actor.require(Permission.MANAGE_MEMBERS)
    with writing():
        membership = _lock_member(membership_id)
        _require_rank(actor, role, Role(membership.role))
        if role != Role.OWNER:
            _keep_an_owner(membership)
        before, membership.role = membership.role, role
        membership.save(update_fields=["role"])
        audit.record(
            actor=actor,
            verb="member.role_changed",
            target=membership,
            before={"role": before},
            after={"role": role},
        )
        look_again_for(membership.user_id)
    return membership


def remove_member(*, actor: Actor, membership_id: UUID) -> None:
    """Take a member out of the organisation; what they wrote stays, the last owner too."""
    actor.require(Permission.MANAGE_MEMBERS)
    with writing():
        membership = _lock_member(membership_id)
        _require_rank(actor, Role(membership.role))
        _keep_an_owner(membership)
        audit.record(
            actor=actor,
            verb="member.removed",
            target=membership,
            before={"user_id": membership.user_id, "role": membership.role},
        )
        membership.delete()
        look_again_for(membership.user_id)


def _lock_member(membership_id: UUID) -> Membership:
    membership: Membership | None = (
        Membership.objects.select_for_update().filter(pk=membership_id).first()
    )
    if membership is None:
        raise NotFound
    return membership


def _require_rank(actor: Actor, *roles: Role) -> None:
    # An admin who could make or unmake owners would be one.
    if Role.OWNER in roles and not actor.can(Permission.MANAGE_ORGANIZATION):
        raise Forbidden(_("Only an owner can do this to an owner."))


def _keep_an_owner(membership: Membership) -> None:
    if membership.role != Role.OWNER:
        return
    others = Membership.objects.filter(role=Role.OWNER).exclude(pk=membership.pk)
    if not others.select_for_update().exists():
        raise Conflict(_("An organisation keeps at least one owner."))
