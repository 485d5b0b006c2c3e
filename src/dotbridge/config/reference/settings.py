"""settings.md: every setting with its default."""

from __future__ import annotations

import orjson

from dotbridge.config.reference.markdown import code, table
from dotbridge.ledger.settings import SETTINGS, Declared

_TYPES = {int: "number", str: "text", bool: "true or false", list: "list", dict: "table"}
_INTRODUCTION = """# Settings

A setting holds for the installation (`settings:` at the top of the [configuration](configuration.md)) or for one
website (`settings:` under the website), which then wins. A few are of an account instead (`settings:` under the
account), and say so. Frequencies are read for each website; those of jobs that
work for an account (`importer`, `cleaner`), the other settings of the importer and retention hold for the installation.
"""


def page() -> str:
    """The page."""
    rows = [
        (code(name), one.help, _type(one), code(orjson.dumps(one.default).decode())) for name, one in SETTINGS.items()
    ]
    return _INTRODUCTION + table(("Setting", "Meaning", "Takes", "Default"), rows)


def _type(one: Declared) -> str:
    return ", ".join(code(choice) for choice in one.choices) or _TYPES[type(one.default)]
