"""Which of an account's lists we have put a person on."""

from __future__ import annotations

from django.db import models

from dotbridge.ledger.models.contact import EmailContact


class ListMembership(models.Model):
    """One contact on one of the lists of its websites. Only what we ourselves put there is ever taken off again.

    ``removal`` is the id of Dotdigital's work that takes it off together with others, "" while there is none.
    """

    class State(models.TextChoices):
        ON = "on"
        #: No source wants it any more: the importer takes the contact off the list.
        LEAVING = "leaving"
        LEFT = "left"

    contact = models.ForeignKey(EmailContact, models.CASCADE, db_index=False)
    list_id = models.BigIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.ON)
    removal = models.CharField(max_length=64, blank=True, db_default="")

    class Meta:
        db_table = "list_membership"
        constraints = [
            models.UniqueConstraint(fields=["contact", "list_id"], name="membership_once"),
            models.CheckConstraint(condition=models.Q(state__in=["on", "leaving", "left"]), name="membership_state"),
        ]
        indexes = [
            models.Index(fields=["contact"], condition=models.Q(state="leaving"), name="membership_leaving"),
            models.Index(fields=["removal"], condition=~models.Q(removal=""), name="membership_removal"),
        ]
