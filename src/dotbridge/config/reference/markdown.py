"""Tables in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table with a blank line before it; a bar or a line break in a cell is kept from breaking it."""
    lines = [_line(columns), "|" + "---|" * len(columns), *[_line(row) for row in rows]]
    return "\n" + "\n".join(lines) + "\n"


def _line(cells: Iterable[object]) -> str:
    return "| " + " | ".join(str(cell).replace("\n", " ").replace("|", "\\|") for cell in cells) + " |"


def code(text: object) -> str:
    """The text as code, nothing for an empty one."""
    return f"`{text}`" if str(text) else ""


def paragraph(docstring: str | None) -> str:
    """A docstring as one line of Markdown."""
    return " ".join((docstring or "").replace("``", "`").split())
