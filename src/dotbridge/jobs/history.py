"""The history of a website, given up by a person."""

from __future__ import annotations

from dotbridge.accounts.audit import note
from dotbridge.collector.history import forget_history
from dotbridge.errors import ConfigError
from dotbridge.jobs.codes import HISTORY_OVER
from dotbridge.jobs.named import the_one_of, websites_named
from dotbridge.ledger.models import Job, Website
from dotbridge.ledger.transaction import writing

_KINDS = ("history", "history_part")


def website_reading(name: str) -> Website:
    """The website of this code, or connection/code, whose history is being read; raises ConfigError where none is, or
    several are."""
    found = websites_named(name)
    reading = found.filter(state=Website.State.HISTORY)
    if not reading:
        raise ConfigError(HISTORY_OVER, f"{name} is {found[0].state}.")
    return the_one_of(reading)


def cancel_history(actor: str, name: str) -> None:
    """Gives the history up: the website is switched off, its reading forgotten, and who reads it loses the lease.

    What was staged is sent all the same. Raises ConfigError where no history is being read.
    """
    website = website_reading(name)
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
        note(actor, "history.cancelled", f"website {website.code}")
