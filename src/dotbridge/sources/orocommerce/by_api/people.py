"""Customer users and CRM contacts over the API."""

from __future__ import annotations

from collections.abc import Sequence

from dotbridge.commerce.site import Website
from dotbridge.sources.orocommerce.by_api.addresses import placed
from dotbridge.sources.orocommerce.by_api.keyset import ListReader
from dotbridge.sources.orocommerce.jsonapi import Resource
from dotbridge.sources.orocommerce.rows import PersonRow


class CustomerUsers(ListReader):
    """Guests of the checkout are left out here: the API has no filter for them (§7.3)."""

    resource = "customerusers"
    slim = "isGuest"

    def include(self) -> str:
        return "customer.group,addresses.region"

    def holds(self, item: Resource, website: Website) -> bool:
        return not item.value("isGuest") and super().holds(item, website)

    def load(self, website: Website, items: Sequence[Resource]) -> Sequence[PersonRow]:
        return [self._row(item, website.source_id) for item in items]

    def _row(self, item: Resource, website_id: str) -> PersonRow:
        customer = item.one("customer")
        group = customer.one("group") if customer else None
        return PersonRow(
            id=int(item.id),
            updated_at=item.at("updatedAt"),
            website_id=website_id,
            created_at=item.at("createdAt"),
            email=item.text("email"),
            prefix=item.text("namePrefix"),
            first_name=item.text("firstName"),
            last_name=item.text("lastName"),
            born_on=item.text("birthday"),
            last_login_at=item.at("lastLogin"),
            customer_id=item.link("customer"),
            customer=customer.text("name") if customer else "",
            group=group.text("name") if group else "",
            addresses=tuple([placed(one) for one in item.many("addresses")]),
        )


class Contacts(ListReader):
    """People of OroCRM alone."""

    resource = "contacts"

    def include(self) -> str:
        return ""

    def load(self, website: Website, items: Sequence[Resource]) -> Sequence[PersonRow]:
        return [
            PersonRow(
                id=int(item.id),
                updated_at=item.at("updatedAt"),
                website_id=website.source_id,
                created_at=item.at("createdAt"),
                email=item.text("primaryEmail"),
                prefix=item.text("namePrefix"),
                first_name=item.text("firstName"),
                last_name=item.text("lastName"),
                gender=item.text("gender"),
                born_on=item.text("birthday"),
            )
            for item in items
        ]
