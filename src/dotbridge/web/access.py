"""Who may open which page. Every view of the console says so in one line, and a test walks all of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from dotbridge.accounts.roles import Role, role_of

View = Callable[..., HttpResponse]


class ConsoleRequest(HttpRequest):
    """A request of a person with a role."""

    role: Role
    user: User


def page(role: Role, *methods: str) -> Callable[[View], View]:
    """Opens a view to people of this role and above, for these methods (GET and HEAD unless told).

    Strangers are sent to the login; people whose role does not reach get 403.
    """
    allowed = methods or ("GET", "HEAD")

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path() if request.method in ("GET", "HEAD") else "/")
            held = role_of(request.user)
            if held is None or not held.covers(role):
                raise PermissionDenied
            if request.method not in allowed:
                return HttpResponseNotAllowed(allowed)
            request.role = held
            return view(request, *args, **kwargs)

        guarded.role = role  # type: ignore[attr-defined]  # read by the test of the permission matrix
        return guarded

    return decorate
