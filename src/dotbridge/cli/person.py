"""Who is at the command line, for the audit log."""

from __future__ import annotations

import getpass
import os


def actor() -> str:
    """``cli:<name>``; DOTBRIDGE_ACTOR names the person where the system user does not."""
    return f"cli:{os.environ.get('DOTBRIDGE_ACTOR') or getpass.getuser()}"
