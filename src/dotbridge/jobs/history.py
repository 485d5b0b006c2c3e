"""The history of a website, given up by a person."""

from __future__ import annotations

from dotbridge.accounts.audit import note
from dotbridge.collector.history import forget_history
from dotbridge.errors import ConfigError
from dotbridge.jobs.codes import HISTORY_OVER, WEBSITE_UNKNOWN
from dotbridge.ledger.models import Job, Website
from dotbridge.ledger.transaction import writing

_KINDS = ("history", "history_part")


def website_reading(code: str) -> Website:
    """The website of this code, whose history is being read; raises ConfigError where it is not."""
    website = Website.objects.filter(code=code).first()
    if website is None:
        raise ConfigError(WEBSITE_UNKNOWN, f"It is {code!r}.")
    if website.state != Website.State.HISTORY:
        raise ConfigError(HISTORY_OVER, f"{code} is {website.state}.")
    return website


def cancel_history(actor: str, code: str) -> None:
    """Gives the history up: the website is switched off, its reading forgotten, and who reads it loses the lease.

    What was staged is sent all the same. Raises ConfigError where no history is being read.
    """
    website = website_reading(code)
    with writing():
        # Who is reading commits nothing any more: the token is gone.
        Job.objects.filter(website=website, kind__in=_KINDS).update(
            token="", lease_until=0, state=Job.State.IDLE, paused=0, progress={}
        )
        forget_history(website)
        # The last page may have been read meanwhile: a website that is live stays so.
        Website.objects.filter(pk=website.pk, state=Website.State.HISTORY).update(
            state=Website.State.NEW, facts_complete=False
        )
        note(actor, "history.cancelled", f"website {code}")
