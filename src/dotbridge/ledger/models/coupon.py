"""Coupon codes that a shop made for us, each with an end that the shop itself may not keep."""

from __future__ import annotations

from django.db import models

from dotbridge.ledger.models.scope import Website


class CouponRun(models.Model):
    """One request for codes of a cart price rule; all its codes end at ``expires_at``.

    ``asking`` before the call, ``made`` once its codes are kept; ``unknown`` when the answer was lost, and with it the
    names of codes that the shop may have made.
    """

    class State(models.TextChoices):
        ASKING = "asking"
        MADE = "made"
        UNKNOWN = "unknown"

    website = models.ForeignKey(Website, models.CASCADE)
    rule_id = models.CharField(max_length=64)
    quantity = models.IntegerField()
    expires_at = models.FloatField()
    asked_at = models.FloatField()
    state = models.CharField(max_length=8, choices=State, default=State.ASKING)

    class Meta:
        db_table = "coupon_run"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["asking", "made", "unknown"]), name="coupon_run_state"
            ),
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="coupon_run_quantity"),
        ]


class Coupon(models.Model):
    """One code: ``active`` until it was taken back in the shop, then ``withdrawn``."""

    class State(models.TextChoices):
        ACTIVE = "active"
        WITHDRAWN = "withdrawn"

    run = models.ForeignKey(CouponRun, models.CASCADE, db_index=False)
    code = models.CharField(max_length=255)
    state = models.CharField(max_length=9, choices=State, default=State.ACTIVE)
    withdrawn_at = models.FloatField(null=True)

    class Meta:
        db_table = "coupon"
        constraints = [
            models.UniqueConstraint(fields=["run", "code"], name="coupon_once"),
            models.CheckConstraint(
                condition=models.Q(state="active", withdrawn_at__isnull=True)
                | models.Q(state="withdrawn", withdrawn_at__isnull=False),
                name="coupon_state",
            ),
        ]
        indexes = [models.Index(fields=["run"], condition=models.Q(state="active"), name="coupon_active")]
