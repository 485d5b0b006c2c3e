"""The addresses of the event door."""

from __future__ import annotations

from django.urls import path

from dotbridge.events.views import receive

urlpatterns = [path("<slug:key>/", receive, name="event_door")]
