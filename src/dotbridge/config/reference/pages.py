"""Which pages there are, by their path from docs/reference."""

from __future__ import annotations

from collections.abc import Callable

from dotbridge.config.reference import commands, consent, environment, errors, jobs, platforms, settings, tables
from dotbridge.mapping import reference as documents

PAGES: dict[str, Callable[[], str]] = {
    "cli.md": commands.page,
    "documents.md": lambda: documents.pages()["documents.md"],
    "environment.md": environment.page,
    "errors.md": errors.page,
    "jobs.md": jobs.page,
    "settings.md": settings.page,
    "tables.md": tables.page,
    "platforms.md": platforms.page,
    "../explanation/consent.md": consent.page,
}
