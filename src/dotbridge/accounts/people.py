"""People of the console: Django's users, each in one role's group."""

from __future__ import annotations

from django.contrib.auth.models import Group, User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from dotbridge.accounts.audit import note
from dotbridge.accounts.codes import PERSON_REFUSED
from dotbridge.errors import ConfigError


def add_person(name: str, role: str, password: str, actor: str) -> User:
    """Makes the person, or gives an existing one this role and password. Raises ConfigError for a weak password."""
    user = User.objects.filter(username=name).first() or User(username=name)
    try:
        validate_password(password, user)
        user.full_clean(exclude=["password"])
    except ValidationError as error:
        raise ConfigError(PERSON_REFUSED, " ".join(error.messages)) from None
    user.set_password(password)
    user.save()
    group, _ = Group.objects.get_or_create(name=role)
    user.groups.set([group])
    note(actor, "person.saved", f"person {name}", after={"role": role})
    return user
