"""Wanted, on the road, taken: the columns that a contact and every insight record share.

``digest``/``version`` is what we want Dotdigital to hold, ``batch``/``batch_version`` what is on the road,
``accepted_digest`` what was taken last (empty when we cannot know); with ``accepted_at`` Dotdigital holds some version
of it, or may. A row is unchanged when what is wanted is already
on the road or, with nothing on the road, taken.
"""

from __future__ import annotations

from functools import reduce
from operator import or_

from django.db import models

from dotbridge.ledger.states import State, WaitsFor

_BUSY_FIRST = sorted((s.value for s in State), key=lambda word: word not in (State.STAGED, State.ACCEPTED))


class Progress(models.Model):
    """State machine of one thing that goes to Dotdigital; every transition is SQL in ``hot.py``."""

    state = models.CharField(max_length=12, choices=[(s.value, s.value) for s in State], default=State.PENDING)
    waits_for = models.CharField(max_length=12, blank=True, choices=[(w.value, w.value) for w in WaitsFor])
    code = models.CharField(max_length=64, blank=True)
    detail = models.TextField(blank=True)
    warnings = models.TextField(blank=True)
    digest = models.BinaryField(max_length=16, null=True)
    version = models.BigIntegerField(default=0)
    batch = models.BigIntegerField(null=True)
    batch_version = models.BigIntegerField(default=0)
    accepted_digest = models.BinaryField(max_length=16, null=True)
    accepted_at = models.FloatField(null=True)
    attempts = models.SmallIntegerField(default=0)
    mapping_version = models.IntegerField(default=0)
    read_started = models.FloatField(default=0)

    class Meta:
        abstract = True


def progress_rules(table: str) -> list[models.BaseConstraint]:
    """The rules of ``Progress`` that the database itself holds."""
    return [
        # Word by word, the busy ones first: for a list SQLite searches a table of its own at each write of a row, which
        # costs a tenth of writing it.
        models.CheckConstraint(
            condition=reduce(or_, [models.Q(state=word) for word in _BUSY_FIRST]), name=f"{table}_state"
        ),
        models.CheckConstraint(
            condition=models.Q(batch__isnull=True) | models.Q(state=State.STAGED.value), name=f"{table}_road_is_staged"
        ),
        models.CheckConstraint(
            condition=~models.Q(state=State.STAGED.value) | models.Q(batch__isnull=False),
            name=f"{table}_staged_has_batch",
        ),
    ]
