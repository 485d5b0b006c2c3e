"""The whole configuration as one YAML file: accounts, connections, websites, settings. Secrets come from the environment.

``plan`` compares the file with what is configured; ``apply`` writes it. Every problem is found before anything is
written, and the shops are asked first which websites they have.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import orjson
import yaml
from django.db import transaction

from dotbridge.accounts.audit import note
from dotbridge.commerce import site
from dotbridge.errors import ConfigError
from dotbridge.ledger import people
from dotbridge.ledger.lists import KINDS, check_lists
from dotbridge.ledger.models import Connection, DotdigitalAccount, Setting, Store, Website
from dotbridge.ledger.settings import SETTINGS, check, resolve, save
from dotbridge.ledger.shops import open_source
from dotbridge.setup.codes import CONFIGURATION_INVALID, KEYS_COLLIDE, NOT_CONFIRMED
from dotbridge.sources.registry import platform

_ENV = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_TOP = {"accounts", "connections", "settings", "confirmed_by"}
_ACCOUNT = {"label", "username", "password", "hosts", "currency", "settings"}
_CONNECTION = {"label", "platform", "account", "key_prefix", "settings", "websites"}
_WEBSITE = {"account", "enabled", "precedence", "lists", "settings", "confirmed_by"}


class Change(NamedTuple):
    """One difference between the file and what is configured; secrets show as dots."""

    subject: str
    before: str
    after: str


class File(NamedTuple):
    """The file, read and checked for form."""

    accounts: dict[str, dict[str, Any]]
    connections: dict[str, dict[str, Any]]
    settings: dict[str, Any]
    confirmed_by: str = ""


def read(text: str) -> File:
    """The configuration in ``text``; raises ConfigError naming the place of whatever is wrong."""
    try:
        raw = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        raise ConfigError(CONFIGURATION_INVALID, f"It is no YAML: {error}".replace("\n", " ")) from None
    raw = _from_environment(raw, "")
    _known("the file", raw, _TOP)
    return checked(
        File(
            raw.get("accounts") or {},
            raw.get("connections") or {},
            raw.get("settings") or {},
            str(raw.get("confirmed_by") or ""),
        )
    )


def checked(file: File) -> File:
    """The same file, if its form is right; raises ConfigError naming the place of whatever is wrong."""
    for key, account in file.accounts.items():
        _known(f"accounts.{key}", account, _ACCOUNT)
        _needs(f"accounts.{key}", account, ("username", "password"))
        for name, value in (account.get("settings") or {}).items():
            check(name, value, Setting.Scope.ACCOUNT)
    for key, connection in file.connections.items():
        _connection(f"connections.{key}", connection, file)
    for name, value in file.settings.items():
        check(name, value)
    _confirmed("settings", file.settings, file.confirmed_by)
    _prefixes(file)
    return file


def _connection(place: str, connection: Any, file: File) -> None:
    _known(place, connection, _CONNECTION)
    _needs(place, connection, ("platform", "account"))
    _account_exists(place, connection["account"], file)
    declared = {field.name: field for field in platform(connection["platform"]).all_fields()}
    values = connection.get("settings") or {}
    _known(f"{place}.settings", values, set(declared))
    missing = [name for name, field in declared.items() if field.required and field.default is None]
    _needs(f"{place}.settings", values, missing)
    for code, website in (connection.get("websites") or {}).items():
        _known(f"{place}.websites.{code}", website, _WEBSITE)
        if "account" in website:
            _account_exists(f"{place}.websites.{code}", website["account"], file)
        _lists(f"{place}.websites.{code}", website.get("lists") or {})
        for name, value in (website.get("settings") or {}).items():
            check(name, value, Setting.Scope.WEBSITE)
        _confirmed(f"{place}.websites.{code}", website.get("settings") or {}, website.get("confirmed_by"))


def _confirmed(place: str, settings: Mapping[str, Any], person: Any) -> None:
    """Sending non-subscribers is a person's decision, who stands by it with their name."""
    if settings.get("non_subscribers") == "send" and not str(person or "").strip():
        raise ConfigError(NOT_CONFIRMED, f"{place}: confirmed_by is missing.", field="confirmed_by")


def _account_exists(place: str, key: str, file: File) -> None:
    if key not in file.accounts and not DotdigitalAccount.objects.filter(key=key).exists():
        raise ConfigError(CONFIGURATION_INVALID, f"{place}: there is no account {key!r}.")


def _prefixes(file: File) -> None:
    """On one account, one connection at most may use bare document keys, and no two the same prefix."""
    seen: dict[tuple[str, str], str] = {}
    held = {
        row.key: ({row.account.key, *row.website_set.values_list("account__key", flat=True)}, row.key_prefix)
        for row in Connection.objects.select_related("account")
    }
    for key, connection in file.connections.items():
        websites = (connection.get("websites") or {}).values()
        accounts = {connection["account"], *(one["account"] for one in websites if "account" in one)}
        held[key] = (accounts, connection.get("key_prefix") or "")
    for key, (accounts, prefix) in held.items():
        for account in accounts:
            other = seen.setdefault((account, prefix), key)
            if other != key:
                name = f"the prefix {prefix!r}" if prefix else "no key prefix"
                raise ConfigError(KEYS_COLLIDE, f"{other} and {key} both have {name} on the account {account}.")


def _known(place: str, given: Any, names: set[str]) -> None:
    if not isinstance(given, Mapping):
        raise ConfigError(CONFIGURATION_INVALID, f"{place} must be a table.")
    for name in given:
        if name not in names:
            raise ConfigError(CONFIGURATION_INVALID, f"{place}: {name!r} is not one of {', '.join(sorted(names))}.")


def _needs(place: str, given: Mapping[str, Any], names: Any) -> None:
    for name in names:
        if given.get(name) in (None, ""):
            raise ConfigError(CONFIGURATION_INVALID, f"{place}: {name} is missing.")


def _from_environment(value: Any, place: str) -> Any:
    if isinstance(value, dict):
        return {key: _from_environment(part, f"{place}.{key}") for key, part in value.items()}
    if isinstance(value, list):
        return [_from_environment(part, place) for part in value]
    if not isinstance(value, str):
        return value

    def fill(found: re.Match[str]) -> str:
        if found[1] not in os.environ:
            raise ConfigError(CONFIGURATION_INVALID, f"{place.lstrip('.')}: the variable {found[1]} is not set.")
        return os.environ[found[1]]

    return _ENV.sub(fill, value)


def apply(file: File, actor: str, *, dry_run: bool = False) -> list[Change]:
    """Writes the file and gives what changed; with ``dry_run`` the same, written nowhere. All of it or nothing."""
    with transaction.atomic():
        changes = list(_write(file))
        if dry_run:
            transaction.set_rollback(True)
        else:
            for change in changes:
                note(
                    actor,
                    "configuration.changed",
                    change.subject,
                    before={"value": change.before},
                    after={"value": change.after, **_confirmation(file, change)},
                )
    return changes


def _confirmation(file: File, change: Change) -> dict[str, str]:
    """Who confirmed the legal basis, in the audit's line of the change that needs it."""
    if not change.subject.startswith("setting non_subscribers") or change.after != "send":
        return {}
    _, _, place = change.subject.partition(" of ")
    key, _, code = place.partition("/")
    website = ((file.connections.get(key) or {}).get("websites") or {}).get(code, {})
    return {"confirmed_by": str(website.get("confirmed_by") or file.confirmed_by)}


def _lists(place: str, lists: Any) -> None:
    """Ids of lists by kind; whether they may be chosen is asked when all websites are known."""
    _known(f"{place}.lists", lists, set(KINDS))
    for kind, number in lists.items():
        if not isinstance(number, int) or isinstance(number, bool) or number <= 0:
            raise ConfigError(CONFIGURATION_INVALID, f"{place}.lists.{kind} takes the id of a list, not {number!r}.")


def _write(file: File) -> Iterator[Change]:
    for key, given in file.accounts.items():
        yield from _write_account(key, given)
    changed = list(save(Setting.Scope.DEFAULT, 0, file.settings))
    for name, before, after in changed:
        yield Change(f"setting {name}", _show(before), _show(after))
    if _concerns_contacts(changed):
        for number in DotdigitalAccount.objects.values_list("pk", flat=True):
            people.mark_all_dirty(number)
    for key, given in file.connections.items():
        yield from _write_connection(key, given)
    for account in DotdigitalAccount.objects.all():
        check_lists(account, account.survey.get("lists", {}))


def _concerns_contacts(changed: Sequence[tuple[str, Any, Any]]) -> bool:
    """Whether contacts are to be mapped again; only those whose document then differs are sent (D-37)."""
    return any(name in {"non_subscribers", "sales_fields.statuses"} or name[:9] == "contacts." for name, *_ in changed)


def _write_account(key: str, given: Mapping[str, Any]) -> Iterator[Change]:
    account = DotdigitalAccount.objects.filter(key=key).first() or DotdigitalAccount(key=key)
    values = {
        "username": given["username"],
        "password": str(given["password"]),
        "hosts": given.get("hosts") or {},
        "currency": given.get("currency", ""),
        # Without a label the survey takes the account's own name.
        **({"label": given["label"]} if "label" in given else {}),
    }
    yield from _assign(account, f"account {key}", values, secret={"password"})
    left_out = dict.fromkeys([name for name, declared in SETTINGS.items() if declared.account])
    for name, before, after in save(Setting.Scope.ACCOUNT, account.pk, left_out | (given.get("settings") or {})):
        yield Change(f"setting {name} of account {key}", _show(before), _show(after))


def _write_connection(key: str, given: Mapping[str, Any]) -> Iterator[Change]:
    account = DotdigitalAccount.objects.get(key=given["account"])
    connection = Connection.objects.filter(key=key).first() or Connection(key=key)
    secret = {field.name for field in platform(given["platform"]).all_fields() if field.secret}
    settings = given.get("settings") or {}
    values = {
        "label": given.get("label", ""),
        "platform": given["platform"],
        "account_id": account.pk,
        "key_prefix": given.get("key_prefix") or "",
        "settings": {name: value for name, value in settings.items() if name not in secret},
        "secrets": orjson.dumps({name: settings[name] for name in sorted(secret & set(settings))}).decode(),
    }
    yield from _assign(connection, f"connection {key}", values, secret={"secrets"})
    source = open_source(connection, resolve())
    try:
        failed = [one for one in source.check() if one.state == "failed"]
        if failed:
            raise ConfigError(CONFIGURATION_INVALID, f"connection {key}: {failed[0].text} {failed[0].todo}")
        yield from _write_websites(connection, source.websites(), given.get("websites"))
    finally:
        source.close()


def _write_websites(
    connection: Connection, found: list[site.Website], given: Mapping[str, Mapping[str, Any]] | None
) -> Iterator[Change]:
    unknown = set(given or {}) - {one.code for one in found}
    if unknown:
        codes = ", ".join(one.code for one in found)
        raise ConfigError(
            CONFIGURATION_INVALID, f"connection {connection.key}: no website {unknown.pop()!r}; it has {codes}."
        )
    for place, one in enumerate(found):
        choice = (given or {}).get(one.code, {})
        yield from _write_website(connection, one, choice, place, enabled=given is None or one.code in given)


def _write_website(
    connection: Connection, one: site.Website, choice: Mapping[str, Any], place: int, *, enabled: bool
) -> Iterator[Change]:
    row = Website.objects.filter(connection=connection, source_id=one.source_id).first()
    row = row or Website(connection=connection, source_id=one.source_id)
    account = DotdigitalAccount.objects.get(key=choice["account"]) if "account" in choice else connection.account
    state = row.state
    if enabled and choice.get("enabled", True):
        state = Website.State.HISTORY if state == Website.State.NEW else state
        state = Website.State.LIVE if state == Website.State.PAUSED else state
    elif state != Website.State.NEW:
        state = Website.State.PAUSED
    lists = choice.get("lists") or {}
    values = {
        "account_id": account.pk,
        "code": one.code,
        "name": one.name,
        "base_currency": one.base_currency,
        "timezone": one.timezone,
        "precedence": choice.get("precedence", connection.pk * 100 + place),
        "state": state,
        **{f"{kind}_list": lists[kind] for kind in KINDS if kind in lists},
    }
    yield from _assign(row, f"website {connection.key}/{one.code}", values)
    for store in one.stores:
        Store.objects.update_or_create(
            website=row,
            source_id=store.source_id,
            defaults={
                name: getattr(store, name)
                for name in ("code", "name", "group", "locale", "currency", "base_url", "active")
            },
        )
    row.stores.exclude(source_id__in=[store.source_id for store in one.stores]).update(active=False)
    changed = list(save(Setting.Scope.WEBSITE, row.pk, choice.get("settings") or {}))
    for name, before, after in changed:
        yield Change(f"setting {name} of {connection.key}/{one.code}", _show(before), _show(after))
    if _concerns_contacts(changed):
        people.mark_all_dirty(account.pk)


def _assign(
    row: Any, subject: str, values: Mapping[str, Any], secret: frozenset[str] | set[str] = frozenset()
) -> Iterator[Change]:
    fresh = row.pk is None
    changed = []
    for name, value in values.items():
        before = None if fresh else getattr(row, name)
        if fresh or before != value:
            changed.append((name, before, value))
            setattr(row, name, value)
    if changed:
        row.save()
    for name, before, value in changed:
        if not (fresh and value in ("", {}, None)):
            hide = name in secret
            yield Change(
                f"{subject} {name}", "•••" if hide and before else _show(before), "•••" if hide else _show(value)
            )


def _show(value: Any) -> str:
    return "" if value is None else str(value)
