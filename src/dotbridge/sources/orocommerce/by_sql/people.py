"""Customer users with company, group, addresses and consent; CRM contacts where there is no commerce."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from dotbridge.commerce.address import Address
from dotbridge.sources.orocommerce.by_sql.keyset import TableReader
from dotbridge.sources.orocommerce.by_sql.schema import Schema, text, utc
from dotbridge.sources.orocommerce.rows import PersonRow, PlacedAddress
from dotbridge.sources.orocommerce.sites import Sites


class CustomerUsers(TableReader):
    """People of commerce; guests of the checkout are left out. ``consent`` is the id or name of a consent, or "";
    ``lists`` are marketing lists whose unsubscribed items count."""

    table = "oro_customer_user"

    def __init__(self, schema: Schema, sites: Sites, consent: str, lists: Sequence[int] = ()) -> None:
        super().__init__(schema, sites)
        self._consent, self._lists = consent, list(lists)

    def scope(self) -> str:
        return f"NOT COALESCE({self.schema.column('t', self.table, 'is_guest', 'FALSE')}, FALSE)"

    def load(self, keys: Sequence[tuple[int, str, str]]) -> Sequence[PersonRow]:
        ids = [key[0] for key in keys]
        grouped = self.schema.has("oro_customer_group")
        group = text("g.name") if grouped else "''"
        join = " LEFT JOIN oro_customer_group g ON g.id = c.group_id" if grouped else ""
        rows = self.database.query(
            f"SELECT t.id, {utc('t.updated_at')}, {utc('t.created_at')}, {text('t.email')}, {text('t.name_prefix')},"
            f" {text('t.first_name')}, {text('t.last_name')}, {text('t.birthday')}, {utc('t.last_login')},"
            f" {text('t.customer_id')}, {text('c.name')}, {group}"
            f" FROM oro_customer_user t LEFT JOIN oro_customer c ON c.id = t.customer_id{join} WHERE t.id = ANY(%s)",
            (ids,),
        )
        found = {row[0]: row for row in rows}
        addresses, consents, gone = self._addresses(ids), self._consents(ids), self._unsubscribed(ids)
        return [
            PersonRow(
                id=one,
                updated_at=found[one][1],
                website_id=website_id,
                created_at=found[one][2],
                email=found[one][3],
                prefix=found[one][4],
                first_name=found[one][5],
                last_name=found[one][6],
                born_on=found[one][7],
                last_login_at=found[one][8],
                customer_id=found[one][9],
                customer=found[one][10],
                group=found[one][11],
                consented_at=consents.get(one, ""),
                unsubscribed_at=gone.get(one, ""),
                addresses=tuple(addresses.get(one, ())),
            )
            for one, _, website_id in keys
            if one in found
        ]

    def _addresses(self, ids: Sequence[int]) -> Mapping[int, list[PlacedAddress]]:
        if not self.schema.has("oro_customer_user_address"):
            return {}
        kinds: dict[int, list[tuple[str, bool]]] = defaultdict(list)
        if self.schema.has("oro_cus_usr_adr_to_adr_type"):
            rows = self.database.query(
                "SELECT k.customer_user_address_id, k.type_name, k.is_default FROM oro_cus_usr_adr_to_adr_type k"
                " JOIN oro_customer_user_address a ON a.id = k.customer_user_address_id"
                " WHERE a.frontend_owner_id = ANY(%s)",
                (ids,),
            )
            for address_id, kind, is_default in rows:
                kinds[address_id].append((kind, bool(is_default)))
        columns, join = address_columns(self.schema, "oro_customer_user_address")
        rows = self.database.query(
            f"SELECT a.id, a.frontend_owner_id, COALESCE(a.is_primary, FALSE), {columns}"
            f" FROM oro_customer_user_address a{join} WHERE a.frontend_owner_id = ANY(%s) ORDER BY a.id",
            (ids,),
        )
        found: dict[int, list[PlacedAddress]] = defaultdict(list)
        for address_id, owner, primary, *parts in rows:
            types = kinds.get(address_id, ())
            found[owner].append(
                PlacedAddress(
                    Address(*parts),
                    bool(primary),
                    frozenset([kind for kind, _ in types]),
                    frozenset([kind for kind, is_default in types if is_default]),
                )
            )
        return found

    def _consents(self, ids: Sequence[int]) -> Mapping[int, str]:
        """When each of these people gave the consent; an acceptance that is taken back is deleted in Oro."""
        if not self._consent or not self.schema.has("oro_consent_acceptance"):
            return {}
        user = self.schema.column("a", "oro_consent_acceptance", "customeruser_id")
        which, args = "a.consent_id::text = %s", [self._consent]
        if self.schema.knows("oro_consent", "default_name"):
            which = f"({which} OR a.consent_id IN (SELECT id FROM oro_consent WHERE default_name = %s))"
            args.append(self._consent)
        rows = self.database.query(
            f"SELECT {user}, {utc('min(a.created_at)')} FROM oro_consent_acceptance a"
            f" WHERE {user} = ANY(%s) AND {which} GROUP BY 1",
            (ids, *args),
        )
        return dict(rows)

    def _unsubscribed(self, ids: Sequence[int]) -> Mapping[int, str]:
        """When each of these people was unsubscribed last in one of the lists."""
        if not self._lists or not self.schema.has("orocrm_ml_item_uns"):
            return {}
        rows = self.database.query(
            f"SELECT u.entity_id, {utc('max(u.created_at)')} FROM orocrm_ml_item_uns u"
            " WHERE u.marketing_list_id = ANY(%s) AND u.entity_id = ANY(%s) GROUP BY 1",
            (self._lists, ids),
        )
        return dict(rows)


class Contacts(TableReader):
    """People of OroCRM alone; they belong to the one website."""

    table = "orocrm_contact"
    changed_column = "updatedat"

    def website(self) -> str:
        return "NULL"

    def load(self, keys: Sequence[tuple[int, str, str]]) -> Sequence[PersonRow]:
        rows = self.database.query(
            f"SELECT t.id, {utc('t.updatedat')}, {utc('t.createdat')}, {text('t.name_prefix')}, {text('t.first_name')},"
            f" {text('t.last_name')}, {text('t.gender')}, {text('t.birthday')}, COALESCE((SELECT e.email"
            " FROM orocrm_contact_email e WHERE e.owner_id = t.id ORDER BY e.is_primary DESC NULLS LAST, e.id LIMIT 1), '')"
            " FROM orocrm_contact t WHERE t.id = ANY(%s)",
            ([key[0] for key in keys],),
        )
        found = {row[0]: row for row in rows}
        return [
            PersonRow(
                id=one,
                updated_at=found[one][1],
                website_id=website_id,
                created_at=found[one][2],
                prefix=found[one][3],
                first_name=found[one][4],
                last_name=found[one][5],
                gender=found[one][6],
                born_on=found[one][7],
                email=found[one][8],
            )
            for one, _, website_id in keys
            if one in found
        ]


def address_columns(schema: Schema, table: str) -> tuple[str, str]:
    """SQL for the ten parts of our address from alias ``a``, and the join for the names of regions."""
    region, join = text("a.region_text") if schema.knows(table, "region_text") else "''", ""
    if schema.has("oro_dictionary_region"):
        region = f"COALESCE(r.name, NULLIF({region}, ''), a.region_code, '')"
        join = " LEFT JOIN oro_dictionary_region r ON r.combined_code = a.region_code"
    parts = ("first_name", "last_name", "organization", "street", "street2", "city")
    columns = [text(schema.column("a", table, part)) for part in parts]
    columns += [region, *[text(schema.column("a", table, part)) for part in ("postal_code", "country_code", "phone")]]
    return ", ".join(columns), join
