"""Customers whose shop erased their data, until Dotdigital holds the person no more."""

from __future__ import annotations

from django.db import models

from dotbridge.ledger.models.contact import EmailContact
from dotbridge.ledger.models.scope import Website


class ErasureAsked(models.Model):
    """One customer that was erased in a shop, by the two things that have to meet, in whatever order they come.

    ``asked_at`` is when the shop told of the erasure (0: not yet), ``contact`` the person whom the customer had stood
    for when it left the shop (``None``: it has not left yet, or was never known). ``noted_at`` is when the row began.
    """

    website = models.ForeignKey(Website, models.CASCADE, db_index=False)
    source_id = models.CharField(max_length=254)
    contact = models.ForeignKey(EmailContact, models.CASCADE, null=True)
    asked_at = models.FloatField(db_default=0)
    noted_at = models.FloatField()

    class Meta:
        db_table = "erasure_asked"
        constraints = [models.UniqueConstraint(fields=["website", "source_id"], name="erasure_asked_once")]
