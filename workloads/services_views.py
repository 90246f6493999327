"""Writes about saved views: filters of the portfolio under a name."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from common.errors import Conflict, Forbidden, Invalid, NotFound
from common.names import checked_name, name_key
from tenants import audit
from tenants.actors import Actor
from tenants.permissions import Permission
from tenants.plans import require_within
from tenants.transactions import writing
from workloads.models import SavedView

NAME_LENGTHS: Final = (2, 60)


def save_view(
    *, actor: Actor, name: str, parameters: Mapping[str, str], is_shared: bool = False
) -> SavedView:
    """Save a filter under a name, for oneself or, as who manages workloads, for everybody.

    A view of that name and kind is replaced if it is one's own or one may share. ``parameters`` are
    those of the address. Raises Forbidden, Invalid, LimitExceeded; Conflict where somebody saved
    the same name at the same moment.
    """
    actor.require(Permission.MANAGE_WORKLOADS if is_shared else Permission.VIEW)
    name = checked_name(name, NAME_LENGTHS)
    if not parameters:
        problem = _("Choose a filter first: a view of everything is the portfolio itself.")
        raise Invalid(problem)
    with writing():
        views = SavedView.objects.select_for_update().filter(is_shared=is_shared)
        own = views if is_shared else views.filter(owner=actor.user_id)
        view = own.filter(name_key=name_key(name)).first()
        if view is None:
            require_within(actor.organization, "saved_views", own.count() + 1, field="name")
            view = SavedView(name_key=name_key(name), is_shared=is_shared, owner_id=actor.user_id)
        before = {"name": view.name, "parameters": view.parameters} if view.name else None
        view.name, view.parameters = name, dict(parameters)
        _save(view)
        audit.record(
            actor=actor,
            verb="view.saved",
            target=view,
            before=before,
            after={"name": name, "parameters": view.parameters, "is_shared": is_shared},
        )
    return view  # type: ignore[no-any-return]


def _save(view: SavedView) -> None:
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError:
        problem = _("There is a view with this name now. Look at it, or choose another name.")
        raise Conflict(fields={"name": [problem]}) from None


def delete_view(*, actor: Actor, view_id: UUID) -> str:
    """Delete a view of one's own, or a shared one as who manages workloads; return its name.

    Somebody else's own view is not there for anybody but them. Raises Forbidden, NotFound.
    """
    actor.require(Permission.VIEW)
    with writing():
        visible = Q(is_shared=True) | Q(owner=actor.user_id)
        view = SavedView.objects.select_for_update().filter(visible, pk=view_id).first()
        if view is None:
            raise NotFound
        if not may_delete(actor, view):
            raise Forbidden
        audit.record(
            actor=actor,
            verb="view.deleted",
            target=view,
            before={"name": view.name, "is_shared": view.is_shared},
        )
        view.delete()
    return str(view.name)


def may_delete(actor: Actor, view: SavedView) -> bool:
    """Whether somebody may delete a view that they see."""
    if view.is_shared:
        return actor.can(Permission.MANAGE_WORKLOADS)
    return bool(view.owner_id == actor.user_id)
