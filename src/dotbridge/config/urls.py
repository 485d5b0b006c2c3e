"""The addresses of the doors that people and machines meet over HTTP."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [path("", include("dotbridge.web.urls"))]
