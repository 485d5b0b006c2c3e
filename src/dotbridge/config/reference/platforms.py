"""platforms.md: what each platform declares."""

from __future__ import annotations

import orjson

from dotbridge.config.reference.markdown import code, table
from dotbridge.sources.base import Field, Source
from dotbridge.sources.registry import PLATFORMS, platform

_INTRODUCTION = """# Platforms

The shops that dotbridge reads, and what a connection to each takes under `settings:` in the
[configuration](configuration.md). Secrets are kept sealed; give them as `${VARIABLE}`.
"""


def page() -> str:
    """The page."""
    return _INTRODUCTION + "".join(_section(platform(key)) for key in PLATFORMS)


def _section(one: type[Source]) -> str:
    facts = [f"\n## {one.label}\n\nKey `{one.key}`. {one.version_range}. Reads {_words(one.collections)}."]
    facts += [f"Tells of events: {_words(one.events)}."] if one.events else []
    facts += [f"Lets us write: {_words(one.writes)}."] if one.writes else []
    rows = [(code(field.name), field.label, _need(field), field.help) for field in one.all_fields()]
    return " ".join(facts) + "\n" + table(("Setting", "Label", "Needed", "Help"), rows)


def _need(field: Field) -> str:
    secret = ", secret" if field.secret else ""
    if field.required and field.default is None:
        return f"yes{secret}"
    return f"no{secret}" if field.default in (None, "") else f"no, {code(orjson.dumps(field.default).decode())}{secret}"


def _words(names: tuple[str, ...]) -> str:
    return ", ".join(names)
