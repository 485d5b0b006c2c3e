"""An Oro's back-office JSON:API over the sample shop's PostgreSQL: the same facts as the database gives (§7.1 to 7.3).

It knows OAuth 2 client credentials, Oro's default page of ten, its few filters, includes, links and error bodies.
"""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections.abc import Mapping, Sequence
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, Self
from urllib.parse import parse_qs, urlsplit

from support.oro_resources import OF_ENTERPRISE, RESOURCES, Resource
from support.oro_shop import OroShop

MEDIA = "application/vnd.api+json"
CLIENT, SECRET = "client-of-northwind", "client-secret-of-northwind"
_OPERATORS = {"": "=", "eq": "=", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


class Refused(Exception):  # noqa: N818 - an answer
    """An error answer."""

    def __init__(self, status: int, title: str, detail: str = "", parameter: str = "") -> None:
        error: dict[str, Any] = {"status": str(status), "title": title, "detail": detail or title}
        if parameter:
            error["source"] = {"parameter": parameter}
        super().__init__(title)
        self.status, self.body = status, {"errors": [error]}


class Asked(NamedTuple):
    """A call that came in."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


class Answer(NamedTuple):
    """What goes back; ``cut`` leaves the body shorter than announced."""

    status: int
    body: bytes
    kind: str = MEDIA
    headers: dict[str, str] = {}
    cut: bool = False


class OroApi:
    """A running API. ``trouble`` may put another answer in the place of Oro's; ``hidden`` resources answer 404,
    ``forbidden`` ones 403; ``without`` are (resource, filter) that this version lacks; ``skew`` is its clock's error; ``enterprise`` is the
    edition that tells its websites (§7.3)."""

    def __init__(self, shop: OroShop) -> None:
        self.shop = shop
        self.asked: list[Asked] = []
        self.trouble: Any = lambda _, answer: answer
        self.hidden: set[str] = set()
        self.forbidden: set[str] = set()
        self.without: set[tuple[str, str]] = set()
        self.links, self.skew, self.lifetime = True, 0.0, 3600.0
        self.enterprise = False
        self.tokens: dict[str, float] = {}
        self._database = shop.server.connect(shop.database)
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def resources(self) -> Mapping[str, Resource]:
        """What this edition has."""
        return OF_ENTERPRISE if self.enterprise else RESOURCES

    @property
    def settings(self) -> dict[str, Any]:
        """The settings of a connection to it."""
        return {"base_url": self.url, "client_id": CLIENT, "client_secret": SECRET, "allow_private": True}

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)
        self._database.close()

    def reset(self) -> None:
        """As it was in the beginning."""
        self.trouble, self.links, self.skew, self.lifetime = lambda _, answer: answer, True, 0.0, 3600.0
        self.enterprise = False
        for each in (self.hidden, self.forbidden, self.without, self.tokens, self.asked):
            each.clear()

    def paths(self) -> list[str]:
        """What was asked, in turn."""
        return [call.path for call in self.asked]

    def answer(self, asked: Asked) -> Answer:
        try:
            if asked.path == "/oauth2-token":
                return self._token(asked)
            return self._resource(asked)
        except Refused as error:
            return Answer(error.status, json.dumps(error.body).encode())

    def _token(self, asked: Asked) -> Answer:
        given = json.loads(asked.body)
        if asked.method != "POST" or given.get("grant_type") != "client_credentials":
            return Answer(400, b'{"error":"unsupported_grant_type"}', "application/json")
        if (given.get("client_id"), given.get("client_secret")) != (CLIENT, SECRET):
            return Answer(401, b'{"error":"invalid_client"}', "application/json")
        token = secrets.token_urlsafe(24)
        self.tokens[token] = time.monotonic() + self.lifetime
        body = {"token_type": "Bearer", "expires_in": self.lifetime, "access_token": token}
        return Answer(200, json.dumps(body).encode(), "application/json")

    def _resource(self, asked: Asked) -> Answer:
        if not asked.path.startswith("/admin/api/"):
            raise Refused(404, "not found http exception")
        token = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if self.tokens.get(token, 0.0) <= time.monotonic():
            return Answer(401, b"")
        name = asked.path.removeprefix("/admin/api/")
        if name.startswith("rest/latest/marketinglist/"):
            return self._mark(name)
        if name in self.hidden or name not in self.resources:
            raise Refused(404, "not found http exception", "No such resource.")
        if name in self.forbidden:
            raise Refused(403, "access denied exception", f"No access to {name}.")
        if asked.headers.get("accept") != MEDIA:
            return Answer(200, b"[]", "application/json")  # the plain format, silently
        if asked.method == "POST":
            return self._create(name, asked)
        return self._list(name, asked)

    def _mark(self, name: str) -> Answer:
        """The legacy calls about one person of a marketing list: an item twice is refused, none at all is no matter."""
        if "marketinglist" in self.forbidden:
            return Answer(403, b'{"code":403,"message":"Access Denied."}', "application/json")
        _, _, _, one, action, person = name.removesuffix(".json").split("/")
        where = "marketing_list_id = %s AND entity_id = %s"
        if action == "subscribe":
            self._rows(f"DELETE FROM orocrm_ml_item_uns WHERE {where} RETURNING id", [one, person])
        elif self._rows(f"SELECT id FROM orocrm_ml_item_uns WHERE {where}", [one, person]):
            return Answer(400, b'[{"message":"This value is already used."}]', "application/json")
        else:
            insert = "INSERT INTO orocrm_ml_item_uns (marketing_list_id, entity_id) VALUES (%s, %s) RETURNING id"
            self._rows(insert, [one, person])
        return Answer(200, b'{"successful":true,"message":"Done"}', "application/json")

    def _create(self, name: str, asked: Asked) -> Answer:
        if name != "marketingactivities" or asked.headers.get("content-type") != MEDIA:
            raise Refused(405, "method not allowed")
        data = json.loads(asked.body)["data"]
        links = {key: value["data"]["id"] for key, value in data["relationships"].items()}
        for key in ("entity", "marketingActivityType"):
            if key not in links:
                raise Refused(400, "not null constraint", f"{key} is required.")
        at = data["attributes"]["actionDate"].removesuffix("Z")
        (made,) = self._rows(
            "INSERT INTO orocrm_marketing_activity (campaign_id, entity_id, details, action_date, type_id)"
            " VALUES (%s, %s, %s, %s, %s) RETURNING id",
            [
                links.get("campaign"),
                links["entity"],
                data["attributes"].get("details"),
                at,
                links["marketingActivityType"],
            ],
        )
        return Answer(201, json.dumps({"data": {"type": name, "id": str(made["id"])}}).encode())

    def _list(self, name: str, asked: Asked) -> Answer:
        resource, query = self.resources[name], asked.query
        where, args = self._filters(name, resource, query)
        order = ", ".join(self._sorter(name, resource, part) for part in query.get("sort", "").split(",") if part)
        size, number = int(query.get("page[size]", 10)), int(query.get("page[number]", 1))
        tail = f" ORDER BY {order or resource.key} LIMIT {size + 1} OFFSET {size * (number - 1)}"
        rows = self._read(resource, f"{where}{tail}", args)
        fields = {key[7:-1]: set(value.split(",")) for key, value in query.items() if key.startswith("fields[")}
        body: dict[str, Any] = {"data": [_document(name, resource, row, fields) for row in rows[:size]]}
        if query.get("include"):
            body["included"] = self._included(name, rows[:size], query["include"].split(","), fields)
        if self.links and "noHateoas" not in asked.headers.get("x-include", ""):
            body["links"] = {"self": f"{self.url}{asked.path}"}
            if len(rows) > size:
                body["links"]["next"] = f"{self.url}{asked.path}?page[number]={number + 1}"
        headers = {}
        if "totalCount" in asked.headers.get("x-include", ""):
            (total,) = self._rows(f"SELECT count(*) AS n FROM {resource.table} t WHERE {where}", args)
            headers["X-Include-Total-Count"] = str(total["n"])
        return Answer(200, json.dumps(body).encode(), headers=headers)

    def _filters(self, name: str, resource: Resource, query: dict[str, str]) -> tuple[str, list[Any]]:
        parts, args = [resource.where], []
        for key, value in query.items():
            if not key.startswith("filter["):
                continue
            field, _, operator = key[7:-1].partition("][")
            if field not in resource.filters or operator not in _OPERATORS or (name, field) in self.without:
                raise Refused(400, "filter constraint", "The filter is not supported.", f"filter[{field}]")
            column = resource.filters[field]
            if column.endswith("id") and not all(
                part.isdigit() for part in value.split(",") if field != "marketingActivityType"
            ):
                raise Refused(400, "unexpected value exception", f'Expected integer value. Given "{value}".', key)
            kind = "timestamp" if column.endswith(("_at", "updatedat", "_date")) else ""
            if "," in value:
                parts.append(f"{column}::text = ANY(%s)")
                args.append(value.split(","))
            elif kind:
                parts.append(f"{column} {_OPERATORS[operator]} %s::timestamp")
                args.append(value.removesuffix("Z"))
            elif column.endswith("id") and field != "marketingActivityType":
                parts.append(f"{column} {_OPERATORS[operator]} %s::bigint")
                args.append(value)
            else:
                parts.append(f"{column}::text {_OPERATORS[operator]} %s")
                args.append(value)
        for field in resource.required:
            if not any(key.startswith(f"filter[{field}]") for key in query):
                raise Refused(400, "filter constraint", f'The "{field}" filter is required.')
        return " AND ".join(parts), args

    def _sorter(self, name: str, resource: Resource, part: str) -> str:
        field = part.removeprefix("-")
        if field not in resource.filters or (name, field) in self.without:
            raise Refused(400, "sort constraint", "Sorting by this field is not supported.", "sort")
        return resource.filters[field] + (" DESC" if part.startswith("-") else "")

    def _included(
        self, name: str, rows: Sequence[dict[str, Any]], paths: Sequence[str], fields: dict[str, set[str]]
    ) -> list[Any]:
        found: dict[tuple[str, str], Any] = {}
        for path in paths:
            level, kind = rows, name
            for step in path.split("."):
                resource = self.resources[kind]
                if step in resource.one:
                    kind, ids = resource.one[step][0], [row[f"one:{step}"] for row in level]
                elif step in resource.many:
                    kind, ids = resource.many[step][0], [one for row in level for one in row[f"many:{step}"]]
                else:
                    raise Refused(400, "filter constraint", f"{step} is no association.", "include")
                if kind not in self.resources:
                    break
                wanted = sorted({str(one) for one in ids if one is not None})
                level = self._read(self.resources[kind], f"({self.resources[kind].key})::text = ANY(%s)", [wanted])
                found.update({(kind, row["key"]): _document(kind, self.resources[kind], row, fields) for row in level})
        return list(found.values())

    def _read(self, resource: Resource, tail: str, args: Sequence[Any]) -> list[dict[str, Any]]:
        columns = [f'({resource.key})::text AS "key"']
        columns += [f'{sql} AS "is:{name}"' for name, sql in resource.attributes.items()]
        columns += [f'({sql})::text AS "one:{name}"' for name, (_, sql) in resource.one.items()]
        columns += [f'{sql} AS "many:{name}"' for name, (_, sql) in resource.many.items()]
        return self._rows(f"SELECT {', '.join(columns)} FROM {resource.table} t WHERE {tail}", args)

    def _rows(self, statement: str, args: Sequence[Any]) -> list[dict[str, Any]]:
        with self._lock:
            cursor = self._database.execute(statement.encode(), args or None)
            names = [column.name for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _document(kind: str, resource: Resource, row: dict[str, Any], fields: dict[str, set[str]]) -> dict[str, Any]:
    wanted = fields.get(kind)
    attributes = {name: row[f"is:{name}"] for name in resource.attributes if wanted is None or name in wanted}
    links: dict[str, Any] = {}
    for name, (other, _) in resource.one.items():
        key = row[f"one:{name}"]
        links[name] = {"data": {"type": other, "id": key} if key else None}
    for name, (other, _) in resource.many.items():
        links[name] = {"data": [{"type": other, "id": key} for key in row[f"many:{name}"]]}
    links = {name: link for name, link in links.items() if wanted is None or name in wanted}
    return {"type": kind, "id": row["key"], "attributes": attributes, "relationships": links}


def _handler(api: OroApi) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers.get("content-length", 0)))
            asked = Asked(self.command, parts.path, query, headers, body)
            api.asked.append(asked)
            self._send(api.trouble(asked, api.answer(asked)))

        do_POST = do_GET  # noqa: N815 - as the base names it

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the base names it
            """Quiet."""

        def date_time_string(self, timestamp: float | None = None) -> str:
            return formatdate((timestamp or time.time()) + api.skew, usegmt=True)

        def _send(self, answer: Answer) -> None:
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.kind)
            self.send_header("Content-Length", str(len(answer.body)))
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body[: len(answer.body) // 2] if answer.cut else answer.body)
            if answer.cut:
                self.close_connection = True

    return Handler
