"""Where the command `dotbridge` begins: settings, logging, errors as sentences, exit codes."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Runs the command line; an error of ours becomes one sentence on stderr and its exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dotbridge.config.settings")
    from dotbridge.cli.main import cli
    from dotbridge.errors import DotbridgeError

    try:
        cli(standalone_mode=False)
    except DotbridgeError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(error.exit_code)
    except Exception as error:
        sys.exit(_usage(error))


def _usage(error: Exception) -> int:
    import click

    if isinstance(error, click.exceptions.Exit):
        return error.exit_code
    if isinstance(error, click.Abort):
        sys.stderr.write("Stopped.\n")
        return 1
    if isinstance(error, click.ClickException):
        error.show()
        return 2
    raise error
