"""environment.md: every variable that dotbridge reads."""

from __future__ import annotations

from dotbridge.config.environment import VARIABLES
from dotbridge.config.reference.markdown import code, table

_INTRODUCTION = """# Environment

Without any variable dotbridge keeps everything in one folder of the user's data and needs no service. A variable marked
with ✓ may be given by a file: `DOTBRIDGE_SECRET_KEY_FILE=/run/secrets/key` names the file that holds the value. The
configuration of shops and accounts is not here: see [configuration](configuration.md).
"""


def page() -> str:
    """The page."""
    rows = [(code(name), one.help, one.default, "✓" if one.file else "") for name, one in VARIABLES.items()]
    return _INTRODUCTION + table(("Variable", "Does", "Without it", "File"), rows)
