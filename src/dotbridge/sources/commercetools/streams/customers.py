"""Customers of a profile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple

from dotbridge.commerce.contact import Contact
from dotbridge.sources.commercetools.client import Json
from dotbridge.sources.commercetools.profiles import Profile
from dotbridge.sources.commercetools.project import Project
from dotbridge.sources.commercetools.streams.windows import Track, WindowStream
from dotbridge.sources.commercetools.to_commerce.customer import REFUSALS, Consent, contact


class CustomerRow(NamedTuple):
    """A customer in one of the profiles that hold them."""

    customer: Json
    profile: Profile


class Customers(WindowStream[Contact]):
    """A page costs one call; each window one more, for the messages of deletions."""

    name: ClassVar[str] = "customers"
    resource: ClassVar[str] = "customers"
    most: ClassVar[int] = 500
    change_tells_consent: ClassVar[bool] = True
    compare_every: ClassVar[int] = 86_400
    compare_why: ClassVar[str] = (
        "Every change moves a customer's lastModifiedAt; a pass finds what a window could have missed."
        " One call per 500 customers."
    )

    def __init__(self, project: Project) -> None:
        super().__init__(project)
        refusal = project.choice("consent_refusal", REFUSALS)
        self.consent = Consent(str(project.setting("consent_field", "")), refusal)

    def scope(self, profile: Profile) -> tuple[str, ...]:
        return profile.within("stores({})", "stores is empty")

    def tracks(self, profile: Profile) -> tuple[Track, ...]:
        return (self.messages("customer", ("CustomerDeleted",), self.told(profile)),)

    def rows(self, profile: Profile, items: Sequence[Json]) -> Sequence[CustomerRow]:
        return [CustomerRow(item, profile) for item in items]

    def item(self, row: CustomerRow) -> Json:
        return row.customer

    def understand(self, row: Any) -> Contact:
        return contact(row.customer, row.profile, self._project.group_names(), self.consent)
