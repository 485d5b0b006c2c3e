"""The page at ``/``: what this sandbox holds, rendered on the server, without scripts. It changes nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

import orjson

from . import accounts, clock, insight, journal, lists, state
from .accounts import Account
from .contacts import COLUMNS, Contact, read_contact
from .exchange import Answer
from .page_style import STYLE
from .words import V2_STATUS

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_NEWEST = 12
_NOTHING = '<p class="none">Nothing yet.</p>'
_GOOD = frozenset({"Subscribed", "Finished"})
_WAIT = frozenset({"PendingOptIn", "SoftBounced", "waiting", "held"})


def show(db: sqlite3.Connection) -> Answer:
    """The whole page."""
    parts = "".join(_account(db, account) for account in accounts.every(db))
    document = (
        '<!doctype html><html lang="en-GB"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>Dotdigital sandbox</title>'
        f"<style>{STYLE}</style></head><body><header><h1>Dotdigital sandbox</h1>"
        f"<p>A stand-in for Dotdigital's API. Its clock reads {escape(_moment(clock.iso(clock.now(db))))} UTC.</p>"
        f"</header><main>{parts}{_requests(db)}</main></body></html>"
    )
    return Answer(200, document.encode(), "text/html; charset=utf-8", {"Content-Security-Policy": _POLICY})


def _account(db: sqlite3.Connection, account: Account) -> str:
    figures = state.counts(db, account)
    records = sum(figures["collections"].values())
    shown = (
        ("contacts", figures["contacts"]),
        ("subscribed", figures["statuses"].get("subscribed", 0)),
        ("insight records", records),
        ("collections", len(figures["collections"])),
        ("unfinished imports", figures["unfinished"]),
    )
    items = "".join(f"<li><b>{value:,}</b>{escape(name)}</li>" for name, value in shown)
    return (
        f"<section><h2>{escape(account.user)} · region {escape(account.region)}</h2>"
        f'<ul class="figures">{items}</ul><div class="grid">{_lists(db, account)}{_collections(db, account)}'
        f"{_contacts(db, account)}{_records(db, account)}{_imports(db, account)}</div></section>"
    )


def _card(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]], *, wide: bool = False) -> str:
    """A table in a card; a head that ends in ``#`` stands over numbers."""
    kinds = [' class="number"' if head.endswith("#") else "" for head in heads]
    names = zip(heads, kinds, strict=True)
    head = "".join(f'<th scope="col"{kind}>{escape(name.rstrip("#"))}</th>' for name, kind in names)
    body = "".join(
        f"<tr>{''.join(f'<td{kind}>{cell}</td>' for cell, kind in zip(row, kinds, strict=True))}</tr>" for row in rows
    )
    table = f'<div class="scroll" tabindex="0"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    return (
        f'<section class="card{" wide" * wide}" aria-label="{escape(title)}"><h3>{escape(title)}</h3>'
        f"{table if body else _NOTHING}</section>"
    )


def _word(text: str) -> str:
    kind = "good" if text in _GOOD else "wait" if text in _WAIT else "bad"
    return f'<span class="word {kind}">{escape(text)}</span>'


def _moment(stamp: str) -> str:
    return stamp[:19].replace("T", " ")


def _lists(db: sqlite3.Connection, account: Account) -> str:
    rows = [(escape(i.name), i.visibility, f"{i.contacts:,}") for i in lists.every(db, account.id)]
    return _card("Lists", ("List", "Visibility", "Contacts#"), rows)


def _collections(db: sqlite3.Connection, account: Account) -> str:
    found = insight.every(db, account.id)
    rows = [(escape(item.name), escape(item.scope), escape(item.type), f"{count:,}") for item, count in found]
    return _card("Insight collections", ("Collection", "Scope", "Type", "Records#"), rows)


def _contacts(db: sqlite3.Connection, account: Account) -> str:
    query = f"SELECT {COLUMNS} FROM contact WHERE account = ? AND binned IS NULL ORDER BY id DESC LIMIT ?"
    newest = [read_contact(row) for row in db.execute(query, (account.id, _NEWEST))]
    rows = [
        (
            f"<code>{escape(state.contact_name(contact))}</code>",
            _word(V2_STATUS[contact.subscription.status]),
            escape(", ".join(name for _, name, status in lists.of_contact(db, contact.id) if status == "subscribed")),
            _fields(contact),
            escape(_moment(contact.updated)),
        )
        for contact in newest
    ]
    return _card("Newest contacts", ("Contact", "Status", "Lists", "Data fields", "Updated"), rows, wide=True)


def _fields(contact: Contact) -> str:
    pairs = sorted(contact.fields.items())
    return "".join(f'<span class="field"><i>{escape(k)}</i> {escape(str(v))}</span>' for k, v in pairs)


def _records(db: sqlite3.Connection, account: Account) -> str:
    query = (
        "SELECT c.name, r.key, coalesce(o.email, o.mobile, 'account'), r.json, r.updated FROM record r"
        " JOIN collection c ON c.id = r.collection LEFT JOIN contact o ON o.id = r.contact"
        " WHERE c.id = ? ORDER BY r.updated DESC, r.key DESC LIMIT 3"
    )
    rows = [
        (
            escape(name),
            f"<code>{escape(key)}</code>",
            f"<code>{escape(owner)}</code>",
            _document(text),
            _moment(updated),
        )
        for collection, _ in insight.every(db, account.id)
        for name, key, owner, text, updated in db.execute(query, (collection.id,))
    ]
    return _card(
        "Newest records of each collection", ("Collection", "Key", "Owner", "Document", "Updated"), rows, wide=True
    )


def _document(text: str) -> str:
    members: dict[str, Any] = orjson.loads(text)
    pretty = orjson.dumps(members, option=orjson.OPT_INDENT_2).decode()
    glance = ", ".join(f"{name}: {value}" for name, value in members.items() if not isinstance(value, dict | list))
    short = glance if len(glance) <= 90 else f"{glance[:90]}…"
    return (
        f"<details><summary>{escape(short or 'document')}</summary><pre><code>{escape(pretty)}</code></pre></details>"
    )


def _imports(db: sqlite3.Connection, account: Account) -> str:
    newest = db.execute(
        "SELECT id, kind, status, held, submitted, finished, result FROM job WHERE account = ?"
        " ORDER BY number DESC LIMIT ?",
        (account.id, _NEWEST),
    )
    rows = [
        (
            f"<code>{escape(job_id[:8])}</code>",
            escape(kind.replace("_", " ")),
            _word(status or ("held" if held else "waiting")),
            escape(_outcome(orjson.loads(result or b"{}"))),
            escape(_moment(submitted)),
            escape(_moment(finished or "")),
        )
        for job_id, kind, status, held, submitted, finished, result in newest
    ]
    heads = ("Import", "Kind", "Status", "Outcome", "Accepted", "Finished")
    return _card("Newest imports and other jobs", heads, rows, wide=True)


def _outcome(result: dict[str, Any]) -> str:
    figures = result.get("summary") or result.get("report") or result
    return ", ".join(f"{name} {value}" for name, value in figures.items() if isinstance(value, int) and value)


def _requests(db: sqlite3.Connection) -> str:
    (last,) = db.execute("SELECT coalesce(max(number), 0) FROM request").fetchone()
    newest = reversed(journal.read(db, max(last - 25, 0), 25, bodies=False))
    rows = [
        (
            _moment(entry["at"]),
            f"<code>{escape(entry['method'])} {escape(entry['path'])}</code>",
            _answered(entry),
            f"{entry['sent_bytes']:,}",
            f"{entry['answered_bytes']:,}",
        )
        for entry in newest
    ]
    card = _card("Newest requests", ("At", "Request", "Answer", "Sent#", "Answered#"), rows, wide=True)
    return f"<h2>Requests</h2>{card}"


def _answered(entry: dict[str, Any]) -> str:
    status = entry["status"]
    kind = "good" if status and status < 400 else "bad"
    text = f"{status or 'no answer'} {entry['fault']}".strip()
    return f'<span class="word {kind}">{escape(text)}</span>'
