"""Words and signs of the console's pages: states, instants, numbers, and addresses as far as a role may see them."""

from __future__ import annotations

import re
import time
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from dotbridge.accounts.roles import Role
from dotbridge.observe.private import mask
from dotbridge.web.instants import epoch, rough, span, utc
from dotbridge.web.story import warnings_of

register = template.Library()

#: Word, sign and tone of everything that has a state. No two of one list share a sign.
_STATES: dict[str, tuple[str, str, str]] = {
    "accepted": ("Accepted", "check", "ok"),
    "in_flight": ("In flight", "send", "busy"),
    "pending": ("Waiting", "clock", "busy"),
    "staged": ("On its way", "send", "busy"),
    "rejected": ("Rejected", "cross", "bad"),
    "suppressed": ("Suppressed", "slash", "quiet"),
    "excluded": ("Excluded", "minus", "quiet"),
    "merged": ("Merged", "merge", "quiet"),
    "removed": ("Removed", "away", "quiet"),
    "erased": ("Erased", "blank", "quiet"),
    "warning": ("With a note", "triangle", "warn"),
    "queued": ("Queued", "clock", "busy"),
    "submitting": ("Submitting", "send", "busy"),
    "submitted": ("Submitted", "cloud", "busy"),
    "unknown": ("Outcome unknown", "question", "warn"),
    "settled": ("Settled", "check", "ok"),
    "split": ("Split", "merge", "quiet"),
    "parked": ("Parked", "pause", "warn"),
    "expired": ("Given up", "cross", "bad"),
    "new": ("Not switched on", "blank", "quiet"),
    "surveyed": ("Ready to send", "check", "ok"),
    "unsurveyed": ("Not surveyed", "triangle", "warn"),
    "history": ("Reading history", "send", "busy"),
    "live": ("Live", "check", "ok"),
    "paused": ("Paused", "pause", "warn"),
    "idle": ("Idle", "clock", "quiet"),
    "failing": ("Failing", "cross", "bad"),
    "running": ("Running", "send", "busy"),
    "stopping": ("Stopping", "pause", "warn"),
    "ok": ("Ok", "check", "ok"),
    "partial": ("Some rejected", "triangle", "warn"),
    "failed": ("Failed", "cross", "bad"),
    "stopped": ("Stopped", "pause", "quiet"),
    "late": ("Late", "triangle", "warn"),
    "on_time": ("On time", "check", "ok"),
    "yes": ("Arrived", "check", "ok"),
    "no": ("Not there", "cross", "bad"),
    "not yet": ("Not yet", "clock", "busy"),
}
_ADDRESS = re.compile(r"[^\s'\"<>(),;:]+@[^\s'\"<>(),;:]+")


@register.simple_tag
def icon(name: str) -> SafeString:
    """One sign of the sheet of signs; it says nothing to screen readers, since a word stands beside it."""
    sheet = static("web/icons.svg")
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>', sheet, name
    )


@register.simple_tag
def state(word: str) -> SafeString:
    """A state as sign and word."""
    label, sign, tone = _STATES.get(word, (word.capitalize(), "question", "quiet"))
    return format_html('<span class="state {}">{} {}</span>', tone, icon(sign), label)


@register.filter
def prose(text: str) -> SafeString:
    """A sentence in which `words of the command line` and settings stand out."""
    parts = text.split("`")
    return format_html_join(
        "", "{}", ((format_html("<code>{}</code>", part) if odd % 2 else part,) for odd, part in enumerate(parts))
    )


@register.filter
def notes(text: str) -> str:
    """The notes of a record as sentences."""
    return " ".join([warned.text or warned.reason.what for warned in warnings_of(text)])


@register.filter
def label(word: str) -> str:
    """The word of a state alone."""
    return _STATES[word][0] if word in _STATES else word.replace("_", " ").capitalize()


@register.filter
def sign(word: str) -> str:
    """The name of a state's sign."""
    return _STATES[word][1] if word in _STATES else "question"


@register.filter
def cells(balance: Any, columns: tuple[str, ...]) -> list[tuple[str, int]]:
    """(column, count) of a balance for the columns that a table shows."""
    return [(column, balance.counts[column]) for column in columns]


@register.filter
def number(value: Any) -> str:
    """``12345`` → ``12,345``; nothing for nothing."""
    return "" if value is None else f"{value:,}"


@register.simple_tag(takes_context=True)
def since(context: Any, at: float | str | None) -> SafeString | str:
    """``3 minutes ago``, or ``in 3 minutes``, with the full instant for machines and on hovering."""
    if not at:
        return "never"
    seconds = (epoch(at) if isinstance(at, str) else at) - context.get("moment", time.time())
    words = "now" if abs(seconds) < 1 else f"in {rough(seconds)}" if seconds > 0 else f"{rough(-seconds)} ago"
    return _time(at, words)


@register.filter
def instant(at: float | str | None) -> SafeString | str:
    """``22 Nov 2026, 05:50:12 UTC``."""
    if not at:
        return "never"
    moment = utc(at)
    return _time(at, f"{moment.day} {moment:%b %Y, %H:%M:%S} UTC")


def _time(at: float | str, words: str) -> SafeString:
    moment = utc(at)
    return format_html(
        '<time datetime="{}" title="{} UTC">{}</time>',
        f"{moment:%Y-%m-%dT%H:%M:%SZ}",
        f"{moment:%Y-%m-%d %H:%M:%S}",
        words,
    )


@register.filter
def lasted(seconds: float | None) -> str:
    """A span of time in words; a dash where there is none."""
    return "\u2013" if seconds is None else span(max(0.0, seconds))


@register.filter
def brief(seconds: float | None) -> str:
    """A span of time for a narrow column: ``1 min 20 s``."""
    words = lasted(seconds)
    for long, short in (("minute", "min"), ("second", "s"), ("hour", "h"), ("day", "d")):
        words = re.sub(rf"\b{long}s?\b", short, words)
    return words


@register.filter
def covers(held: Role, wanted: str) -> bool:
    """Whether the role may do what the other may: ``{% if request.role|covers:"operator" %}``."""
    return held.covers(Role(wanted))


@register.filter
def changes(row: Any) -> list[str]:
    """What a line of the audit log changed, one sentence each: ``role: viewer → admin``, or ``skip → send``."""
    lines = []
    for name in dict.fromkeys((*row.before, *row.after)):
        steps = [_value(side[name]) for side in (row.before, row.after) if name in side]
        text = " → ".join(steps)
        lines.append(text if name == "value" else f"{name}: {text}")
    return lines


def _value(value: Any) -> str:
    """A value as people read it; nothing is a dash."""
    if isinstance(value, dict):
        return ", ".join([f"{name} {_value(part)}" for name, part in value.items()]) or "\u2013"
    if isinstance(value, list):
        return ", ".join([_value(part) for part in value]) or "\u2013"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "\u2013" if value in ("", None) else str(value)


@register.simple_tag(takes_context=True)
def shown(context: Any, text: str | None) -> str:
    """The text as the reader may see it: to viewers every address in it is masked."""
    request = context.get("request")
    role = getattr(request, "role", Role.VIEWER)
    if not text or role.covers(Role.OPERATOR):
        return text or ""
    return _ADDRESS.sub(lambda found: mask(found.group()), text)
