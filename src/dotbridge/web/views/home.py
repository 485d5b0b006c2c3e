"""The first page: is every record accounted for, and what needs a person today."""

from __future__ import annotations

import time

from django.http import HttpResponse
from django.shortcuts import render

from dotbridge.accounts.roles import Role
from dotbridge.web.access import ConsoleRequest, page
from dotbridge.web.figures import Figures, counted
from dotbridge.web.inbox import Kind, groups
from dotbridge.web.overview import COLUMN, COLUMNS, Site, sites
from dotbridge.web.senders import Sender, senders

NEWEST = 5


@page(Role.VIEWER)
def home(request: ConsoleRequest) -> HttpResponse:
    """The balance of every website, the accounts, and the newest exceptions."""
    now, figures = time.time(), counted.get()
    websites, accounts, kinds = sites(figures, now), senders(now), groups(figures)
    pressing = [kind for kind in kinds if kind.section == "person"]
    return render(
        request,
        "web/home.html",
        {
            "page": "home",
            "figures": figures,
            "sites": websites,
            "senders": accounts,
            "newest": pressing[:NEWEST],
            "verdict": verdict(figures, websites, accounts, pressing),
        },
    )


def verdict(figures: Figures, websites: list[Site], accounts: list[Sender], pressing: list[Kind]) -> dict[str, object]:
    """The one line on top: its tone, the sentence, and the numbers under it."""
    totals = totals_of(figures)
    refused = sum([kind.number for kind in pressing])
    parked = sum([account.parked_count for account in accounts])
    blocked = [account for account in accounts if account.account.state != "surveyed"]
    reading = [site for site in websites if site.state == "history"]
    needs = []
    if refused:
        needs.append(f"{refused:,} record{'s' if refused > 1 else ''}")
    if parked:
        needs.append(f"{parked} parked batch{'es' if parked > 1 else ''}")
    if blocked:
        needs.append(f"{len(blocked)} account{'s' if len(blocked) > 1 else ''}")
    if not websites:
        tone, sentence = "quiet", "No shop is connected yet."
    elif needs:
        verb = "needs" if refused + parked + len(blocked) == 1 else "need"
        tone, sentence = "warn", f"Every record is accounted for; {_and(needs)} {verb} a person."
    elif reading:
        tone, sentence = "busy", "Every record read so far is accounted for; a history is still being read."
    else:
        tone, sentence = "ok", "Every record is accounted for."
    return {"tone": tone, "sentence": sentence, "totals": totals, "known": sum(totals.values())}


def _and(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def totals_of(figures: Figures) -> dict[str, int]:
    """All records of all websites by column of the balance; people count once for each source."""
    totals = dict.fromkeys(COLUMNS, 0)
    for (_, state), number in figures.people.items():
        totals[COLUMN[state]] += number
    for tally in figures.tallies:
        if tally.shelf != "contacts":
            totals[COLUMN[tally.state]] += tally.number
    return totals
