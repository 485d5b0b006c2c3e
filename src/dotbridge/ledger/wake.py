"""Who is told that a job is due: a hook that an engine sets, so that workers need not look all the time.

The job table is the truth: a call that is lost, late or doubled does no harm.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

#: Takes the id and the kind of a job that became due; never raises, and returns soon.
Waker: TypeAlias = Callable[[int, str], None]

_set: list[Waker] = []


def set_waker(waker: Waker) -> None:
    """From now on this process tells ``waker``, in place of the one that the settings name (``WAKER``)."""
    _set[:] = [waker]


def tell(job_id: int, kind: str) -> None:
    """The job is due: told once the transaction under way has committed."""
    transaction.on_commit(partial(_tell, job_id, kind))


def _tell(job_id: int, kind: str) -> None:
    if not _set:
        _set.append(import_string(settings.WAKER) if settings.WAKER else _nobody)
    _set[0](job_id, kind)


def _nobody(_job_id: int, _kind: str) -> None:
    """No engine here: whoever works in another process looks at the table by itself."""
