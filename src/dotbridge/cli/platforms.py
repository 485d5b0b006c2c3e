"""`dotbridge platforms`: what each platform gives, tells and lets us write."""

from __future__ import annotations

import click

from dotbridge.cli.output import as_json, put_json, put_table


@click.command()
@as_json
def command(json_: bool) -> None:
    """The platforms that dotbridge speaks."""
    from dotbridge.sources.registry import PLATFORMS, platform

    found = [platform(key) for key in PLATFORMS]
    rows = [
        {
            "key": one.key,
            "label": one.label,
            "version_range": one.version_range,
            "collections": list(one.collections),
            "events": list(one.events),
            "writes": list(one.writes),
        }
        for one in found
    ]
    if json_:
        put_json(rows)
        return
    put_table(
        "Platforms",
        ("Platform", "Versions", "Reads", "Writes"),
        [(one.label, one.version_range, ", ".join(one.collections), ", ".join(one.writes)) for one in found],
    )
