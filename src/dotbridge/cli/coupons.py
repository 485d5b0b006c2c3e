"""`dotbridge coupons`: codes of a cart price rule that end by themselves."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click

from dotbridge.cli.output import as_json, put_json, put_table
from dotbridge.setup.start import start


@click.group()
def command() -> None:
    """Make coupon codes in a shop, and see which of them have ended and were taken back."""


@command.command()
@click.argument("website")
@click.option("--rule", required=True, help="Id of a cart price rule that generates codes.")
@click.option("--quantity", type=click.IntRange(1, 100_000), default=1, show_default=True, help="How many codes.")
@click.option(
    "--days", type=click.FloatRange(0, min_open=True), required=True, help="After so many they are taken back."
)
@click.option(
    "--format",
    "kind",
    type=click.Choice(["alphanum", "alpha", "num"]),
    default="alphanum",
    show_default=True,
    help="Which signs.",
)
@click.option("--length", type=click.IntRange(6, 64), default=9, show_default=True, help="Random signs of a code.")
@click.option("--prefix", default="DOT-", show_default=True, help="What each code begins with.")
@click.option("--suffix", default="", help="What each code ends with.")
@click.option("--dash-every", type=click.IntRange(0, 64), default=3, show_default=True, help="Signs; 0: no dashes.")
@as_json
def make(
    website: str,
    rule: str,
    quantity: int,
    days: float,
    kind: Any,
    length: int,
    prefix: str,
    suffix: str,
    dash_every: int,
    json_: bool,
) -> None:
    """Make new codes in the shop of WEBSITE and print them."""
    start()
    from dotbridge.accounts.audit import note
    from dotbridge.cli.person import actor
    from dotbridge.jobs.coupons import make
    from dotbridge.sources.coupons import Spelling

    codes = make(website, rule, quantity, days, Spelling(length, kind, prefix, suffix, dash_every))
    note(actor(), "coupons.made", f"website {website}", after={"rule": rule, "quantity": len(codes), "days": days})
    if json_:
        put_json(codes)
        return
    for code in codes:
        click.echo(code)


@command.command("list")
@click.option("--website", default="", help="Of one website alone.")
@as_json
def list_(website: str, json_: bool) -> None:
    """List what was asked for, and how many of its codes are active and taken back."""
    start()
    from dotbridge.ledger.coupons import standings

    found = standings(website)
    if json_:
        put_json([one._asdict() for one in found])
        return
    if not found:
        click.echo("No coupon codes were asked for. `dotbridge coupons make` asks for some.")
        return
    # Narrow enough for a terminal of 80 columns, where a date stands above its hour.
    columns = ("Website", "Rule", "State", "Asked", "Ends", "Codes", "Active", "Ended")
    rows = [(one.website, one.rule, one.state, _at(one.asked_at), _at(one.expires_at), *one[6:]) for one in found]
    put_table("Coupons (times in UTC)", columns, rows)


def _at(instant: float) -> str:
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%d %H:%M")
