"""`dotbridge account check|prepare`: look first, then create what is missing."""

from __future__ import annotations

from typing import Any

import click

from dotbridge.cli.output import as_json, put_json, put_table
from dotbridge.setup.start import start

_MARKS = {"ok": "✓ ok", "missing": "+ missing", "warning": "! warning"}


@click.group()
def command() -> None:
    """Survey a Dotdigital account and prepare it."""


@command.command()
@click.option("--account", "key", default="", help="Only this account.")
@as_json
def check(key: str, json_: bool) -> None:
    """Read what the account holds; nothing is changed in it. Sending may begin after this."""
    start()
    from dotbridge.importer.survey import survey_account

    found = {row.key: survey_account(row) for row in _accounts(key)}
    _show(found, {}, json_)


@command.command()
@click.option("--account", "key", default="", help="Only this account.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@as_json
def prepare(key: str, yes: bool, json_: bool) -> None:
    """Create missing data fields and lists, after showing them."""
    start()
    from dotbridge.accounts.audit import note
    from dotbridge.cli.person import actor
    from dotbridge.importer.prepare import prepare_account
    from dotbridge.importer.survey import survey_account

    surveys, created = {}, {}
    for row in _accounts(key):
        before = survey_account(row)
        missing = [f"{one.subject}: {one.text}" for one in before.findings if one.grade == "missing"]
        if missing and not yes and not json_:
            click.echo("\n".join(missing))
            click.confirm(f"Create these in {row}?", abort=True)
        created[row.key], surveys[row.key] = prepare_account(row)
        note(actor(), "account.prepared", f"account {row.key}", after={"created": created[row.key]})
    _show(surveys, created, json_)


@command.command("pause-engagement")
@click.option("--account", "key", default="", help="Only this account.")
@click.argument("reason")
def pause_engagement(key: str, reason: str) -> None:
    """Write to nobody until it is resumed, for REASON; data goes on."""
    _engage(key, "paused", reason)


@command.command("resume-engagement")
@click.option("--account", "key", default="", help="Only this account.")
def resume_engagement(key: str) -> None:
    """Let enrolments, campaigns and messages go again, after a pause or a restored backup."""
    _engage(key, "on", "")


def _engage(key: str, state: str, reason: str) -> None:
    start()
    from dotbridge.accounts.audit import note
    from dotbridge.cli.person import actor
    from dotbridge.ledger.models import DotdigitalAccount

    for row in _accounts(key):
        before = {"engagement": row.engagement, "reason": row.engagement_paused_for}
        DotdigitalAccount.objects.filter(pk=row.pk).update(engagement=state, engagement_paused_for=reason)
        note(
            actor(),
            "engagement.paused" if state == "paused" else "engagement.resumed",
            f"account {row.key}",
            before=before,
            after={"engagement": state, "reason": reason},
        )
        click.echo(f"{row}: engagement is {state}.")


def _accounts(key: str) -> list[Any]:
    from dotbridge.ledger.models import DotdigitalAccount

    found = DotdigitalAccount.objects.order_by("key")
    return list(found.filter(key=key) if key else found)


def _show(surveys: dict[str, Any], created: dict[str, list[str]], json_: bool) -> None:
    if json_:
        put_json(
            [
                {
                    "account": key,
                    "name": one.name,
                    "spelling": one.spelling,
                    "ids": one.ids,
                    "created": created.get(key, []),
                    "findings": [{"grade": f.grade, "subject": f.subject, "text": f.text} for f in one.findings],
                }
                for key, one in surveys.items()
            ]
        )
        return
    for key, one in surveys.items():
        for line in created.get(key, []):
            click.echo(f"created {line}")
        rows = [(_MARKS[f.grade], f.subject, f.text) for f in one.findings]
        put_table(f"{one.name or key}", ("", "Subject", "Finding"), rows)
