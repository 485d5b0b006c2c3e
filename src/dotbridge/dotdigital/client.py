"""The door of the room: one Dotdigital account, its calls grouped by subject."""

from __future__ import annotations

from collections.abc import Mapping

from dotbridge.dotdigital.account import REGIONS, AccountInfo, AccountPart, base_of, normal_endpoint
from dotbridge.dotdigital.api import Api
from dotbridge.dotdigital.contact_imports import ContactImportsPart
from dotbridge.dotdigital.contacts import ContactsPart
from dotbridge.dotdigital.csv_imports import CsvImportsPart
from dotbridge.dotdigital.data_fields import DataFieldsPart
from dotbridge.dotdigital.errors import explain
from dotbridge.dotdigital.insight import InsightPart
from dotbridge.dotdigital.insight_imports import InsightImportsPart
from dotbridge.dotdigital.insight_v2 import InsightV2Part
from dotbridge.dotdigital.lists import ListsPart
from dotbridge.dotdigital.programs import ProgramsPart
from dotbridge.dotdigital.subscriptions import SubscriptionsPart
from dotbridge.http.auth import Basic
from dotbridge.http.budget import Budget
from dotbridge.http.client import LONGEST_ANSWER_SECONDS, HttpClient
from dotbridge.http.operation import Lane
from dotbridge.http.retry import Retries
from dotbridge.observe.private import Secret


class Dotdigital:
    """One account; threads may share it. ``on(lane)`` gives the same account with its calls counted in another lane.

    ``endpoint`` is the base address of the account's region, found by ``discover``; a ``/v2`` or slash at its end does
    no harm. ``budget`` is shared by all who call this account.
    """

    def __init__(
        self,
        endpoint: str,
        user: str,
        password: Secret,
        budget: Budget | None = None,
        *,
        allow_private: bool = False,
        timeout: float = LONGEST_ANSWER_SECONDS,
        retries: Retries | None = None,
    ) -> None:
        self.endpoint = normal_endpoint(endpoint)
        self._http = HttpClient(
            self.endpoint,
            auth=Basic(user, password),
            timeout=timeout,
            retries=retries,
            budget=budget,
            allow_private=allow_private,
            explain=explain,
        )
        self._compose(Api(self._http))

    def on(self, lane: Lane) -> Dotdigital:
        """A view on the same connections and budget, in ``lane``."""
        view = object.__new__(Dotdigital)
        view.endpoint, view._http = self.endpoint, self._http
        view._compose(Api(self._http, lane))
        return view

    def close(self) -> None:
        """Close the kept connections, also of all views."""
        self._http.close()

    def _compose(self, api: Api) -> None:
        self.account = AccountPart(api)
        self.data_fields = DataFieldsPart(api)
        self.lists = ListsPart(api)
        self.contacts = ContactsPart(api)
        self.subscriptions = SubscriptionsPart(api)
        self.contact_imports = ContactImportsPart(api)
        self.csv_imports = CsvImportsPart(api)
        self.insight = InsightPart(api)
        self.insight_imports = InsightImportsPart(api)
        self.insight_v2 = InsightV2Part(api)
        self.programs = ProgramsPart(api)


def discover(
    user: str,
    password: Secret,
    *,
    hosts: Mapping[str, str] | None = None,
    allow_private: bool = False,
    timeout: float = LONGEST_ANSWER_SECONDS,
    retries: Retries | None = None,
) -> tuple[str, AccountInfo]:
    """The base address of the account's region, and the account: r1 is asked, whatever the region (§2.1).

    ``hosts`` maps regions to the addresses that stand in for them (``{"r1": "http://127.0.0.1:8100"}``). Bad
    credentials: ``ConfigError`` CREDENTIALS.
    """
    hosts = hosts or {}
    asked = Dotdigital(
        hosts.get("r1", REGIONS["r1"]), user, password, allow_private=allow_private, timeout=timeout, retries=retries
    )
    try:
        info = asked.account.info()
    finally:
        asked.close()
    return base_of(info.endpoint, hosts) or asked.endpoint, info
