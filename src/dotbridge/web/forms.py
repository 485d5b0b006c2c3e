"""The login form: the same answer whatever was wrong, so that nobody learns which names exist."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import authenticate
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError

from dotbridge.accounts import throttle

REFUSED = "The name or the password is wrong, or there were too many attempts. After five, wait a quarter of an hour."


class LoginForm(AuthenticationForm):
    """Name and password, throttled by name and address."""

    def clean(self) -> dict[str, Any]:
        """Looks at the password only while the name has attempts left from this address."""
        name, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if not name or not password:
            return self.cleaned_data
        address = self.request.META.get("REMOTE_ADDR", "") if self.request is not None else ""
        if throttle.admit(name, address):
            user = authenticate(self.request, username=name, password=password)
            if user is not None:
                throttle.forgive(name, address)
                self.user_cache = user
                return self.cleaned_data
        raise ValidationError(REFUSED, code="refused")
