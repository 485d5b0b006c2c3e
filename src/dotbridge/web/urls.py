"""The addresses of the console."""

from __future__ import annotations

from django.urls import path

from dotbridge.web.views import audit, batches, events, exceptions, health, home, jobs, live, login, record

_GROUP = "exceptions/<slug:shelf>/<slug:state>/<str:code>"

urlpatterns = [
    path("", home.home, name="home"),
    path("login", login.log_in, name="login"),
    path("logout", login.log_out, name="logout"),
    path("live", live.live, name="live"),
    path("live/now", live.live_now, name="live_now"),
    path("events", events.events, name="events"),
    path("exceptions", exceptions.exceptions, name="exceptions"),
    path(_GROUP, exceptions.group, name="group"),
    path(f"{_GROUP}/retry", exceptions.retry, name="retry"),
    path("records", record.records, name="records"),
    path("records/<slug:shelf>/<int:record_id>", record.record, name="record"),
    path("records/<slug:shelf>/<int:record_id>/retry", record.retry_record, name="retry_record"),
    path("batches", batches.batches, name="batches"),
    path("batches/<int:batch_id>/release", batches.release, name="release"),
    path("jobs", jobs.jobs, name="jobs"),
    path("jobs/<int:job_id>/pause", jobs.pause, name="pause"),
    path("jobs/<int:job_id>/resume", jobs.resume, name="resume"),
    path("jobs/<int:job_id>/run", jobs.run, name="run"),
    path("audit", audit.audit, name="audit"),
    path("metrics", health.metrics, name="metrics"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
