"""`dotbridge user add`: people who may log in to the console."""

from __future__ import annotations

import click

from dotbridge.setup.start import start


@click.group()
def command() -> None:
    """People who may log in."""


@command.command()
@click.argument("name")
@click.option(
    "--role",
    type=click.Choice(["owner", "admin", "operator", "viewer"]),
    default="viewer",
    show_default=True,
    help="What the person may do.",
)
@click.password_option()
def add(name: str, role: str, password: str) -> None:
    """Add NAME with a role; asks for a password."""
    start()
    from dotbridge.accounts.people import add_person
    from dotbridge.cli.person import actor

    add_person(name, role, password, actor())
    click.echo(f"{name} may log in as {role}.")
