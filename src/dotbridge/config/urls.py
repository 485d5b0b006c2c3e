"""The addresses of the doors that people and machines meet over HTTP."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [path("events/", include("dotbridge.events.urls")), path("", include("dotbridge.web.urls"))]
