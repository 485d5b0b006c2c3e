"""jobs.md: the kinds of work, how often each is done, and the names that other connectors use."""

from __future__ import annotations

from dotbridge.config.reference.markdown import code, table
from dotbridge.jobs.kinds import ALIASES, KINDS, Kind
from dotbridge.ledger.settings import SETTINGS

_INTRODUCTION = """# Jobs

`dotbridge sync JOB` runs one now. Each job has a row for each website or account that it works for; one worker at a
time holds that row under a lease. A frequency is the setting `jobs.<job>.every`, in seconds.
"""
_ALIASES = """
## Other names

These names of the vendor's own modules are taken as well.
"""


def page() -> str:
    """The page."""
    rows = [
        (code(kind.name), kind.does, kind.target, ", ".join(code(name) for name in kind.streams), _every(kind))
        for kind in KINDS.values()
    ]
    names = [(code(name), code(kind)) for name, kind in ALIASES.items()]
    return (
        _INTRODUCTION
        + table(("Job", "Does", "For each", "Reads", "Every"), rows)
        + _ALIASES
        + table(("Name", "Job"), names)
    )


def _every(kind: Kind) -> str:
    setting = SETTINGS.get(f"jobs.{kind.name}.every")
    return f"{setting.default:,} s" if setting else "until it is complete"
