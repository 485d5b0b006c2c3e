"""Who may do what: four roles, each of which may do all that the one before it may. A role is a Django group."""

from __future__ import annotations

from enum import StrEnum

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, Group, User


class Role(StrEnum):
    """From the least to the most: the order of declaration is the order of rights."""

    #: Sees everything, with the addresses of people masked.
    VIEWER = "viewer"
    #: Retries records, releases batches, pauses and starts jobs; sees addresses.
    OPERATOR = "operator"
    #: Reads the audit log and changes settings.
    ADMIN = "admin"
    #: Says who has which role.
    OWNER = "owner"

    def covers(self, other: Role) -> bool:
        """Whether this role may do what ``other`` may."""
        order = list(Role)
        return order.index(self) >= order.index(other)


def ensure_roles() -> None:
    """Makes the four groups where they are missing; safe to call at every start."""
    for role in Role:
        Group.objects.get_or_create(name=role.value)


def role_of(user: AbstractBaseUser | AnonymousUser) -> Role | None:
    """The highest role of a person; ``None`` for strangers and for people without one. A superuser is an owner."""
    if not isinstance(user, User) or not user.is_active:
        return None
    if user.is_superuser:
        return Role.OWNER
    names = set(user.groups.values_list("name", flat=True))
    return next((role for role in reversed(Role) if role.value in names), None)
