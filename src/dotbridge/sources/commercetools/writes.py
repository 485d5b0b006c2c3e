"""What we may change in a project: the custom field of customers that tells of consent (commercetools §11.2)."""

from __future__ import annotations

from collections.abc import Sequence

from dotbridge.commerce.site import Website
from dotbridge.errors import ConfigError, DotbridgeError
from dotbridge.http.errors import OutcomeUnknown
from dotbridge.sources.base import Check, Writes, chunks
from dotbridge.sources.commercetools.client import Ask, Json, optional
from dotbridge.sources.commercetools.codes import CALL_REFUSED, CONFLICT, CONSENT_REFUSED, NOT_FOUND
from dotbridge.sources.commercetools.predicates import one_of
from dotbridge.sources.commercetools.profiles import Profile
from dotbridge.sources.commercetools.project import Project
from dotbridge.sources.commercetools.streams.customers import Customers
from dotbridge.sources.commercetools.to_commerce.customer import answer
from dotbridge.sources.commercetools.to_commerce.values import fields

_TODO = "Give the API client the scope manage_customers; what waits is then written by itself."
_IDS = 100
_TRIES = 5


class ConsentField(Writes):
    """Sets the field to the other word of its own kind, under the version that was read: a change in between is never
    overwritten. A customer without the field has said nothing, so that there is nothing to take back."""

    def __init__(self, project: Project, customers: Customers) -> None:
        self._project, self._customers = project, customers
        self._consent = customers.consent
        self._field = self._consent.field

    def check(self) -> Check:
        """Tries the right by a change of one customer that changes nothing; none where there is no customer yet."""
        found = optional(lambda: self._project.api.page("customers", Ask(size=1)).items)
        try:
            for row in found or ():
                self._project.api.update("customers", row["id"], row["version"], ())
        except ConfigError as error:
            return Check("newsletter", "missing", f"Consent is only read. {error.why}".strip(), _TODO)
        except DotbridgeError as error:
            if error.code not in (CONFLICT, NOT_FOUND):  # the customer moved meanwhile, which the right let us hear
                raise
        if found is None:
            return Check("newsletter", "missing", "Customers cannot be read, so that none can be changed.", _TODO)
        return Check("newsletter", "ok", f"Who unsubscribes in Dotdigital gets a no in {self._field}.")

    def unsubscribe(self, website: Website, emails: Sequence[str]) -> list[str]:
        return self._set(website, emails, wanted=False)

    def subscribe(self, website: Website, emails: Sequence[str]) -> list[str]:
        return self._set(website, emails, wanted=True)

    def _set(self, website: Website, emails: Sequence[str], *, wanted: bool) -> list[str]:
        profile = self._project.profile(website.source_id)
        done = set()
        typed = {email.strip().lower(): email for email in emails}
        for part in chunks(sorted(typed), _IDS):
            for row in self._named(profile, part):
                key = str(row.get("email") or "").strip().lower()
                if key in typed and self._change(row, wanted=wanted):
                    done.add(typed[key])
        return sorted(done)

    def _named(self, profile: Profile, emails: Sequence[str]) -> list[Json]:
        ask = Ask((*self._customers.scope(profile), one_of("lowercaseEmail", emails)), len(emails) + 1)
        return list(self._project.api.every("customers", ask))

    def _change(self, row: Json, *, wanted: bool) -> bool:
        """Whether the field says so now. Somebody else may change the customer between look and write: then it is
        looked at again."""
        found: Json | None = row
        for _ in range(_TRIES):
            if found is None:
                return False  # deleted meanwhile
            held = fields(found).get(self._field)
            if held is None:
                return not wanted
            if self._consent.is_yes(held) == wanted:
                return True
            action = {"action": "setCustomField", "name": self._field, "value": answer(held, yes=wanted)}
            try:
                self._project.api.update("customers", found["id"], found["version"], (action,))
            except DotbridgeError as error:
                if error.code is CALL_REFUSED:
                    raise ConfigError(CONSENT_REFUSED, error.why) from error
                if error.code not in (CONFLICT, NOT_FOUND) and not isinstance(error, OutcomeUnknown):
                    raise
            else:
                return True
            found = self._project.by_id("customers", [row["id"]]).get(row["id"])
        return False
