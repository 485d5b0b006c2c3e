"""Who changed what: the audit log. People and their roles are Django's users and groups."""

from __future__ import annotations

from django.db import models


class AuditEvent(models.Model):
    """One change, by a person or by the command line; never altered, never deleted by us."""

    at = models.FloatField()
    actor = models.CharField(max_length=150)
    action = models.CharField(max_length=64)
    subject = models.CharField(max_length=255)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        db_table = "audit_event"
        indexes = [models.Index(fields=["at"], name="audit_at")]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"
