"""Log in and out."""

from __future__ import annotations

from django.contrib.auth.views import LoginView, LogoutView

from dotbridge.web.forms import LoginForm

log_in = LoginView.as_view(
    template_name="web/login.html", authentication_form=LoginForm, redirect_authenticated_user=True
)
log_out = LogoutView.as_view()
