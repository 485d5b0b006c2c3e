"""Changes that were seen in a shop, to Dotdigital: one call for each, after a look at what Dotdigital holds now."""

from __future__ import annotations

from dotbridge.commerce.consent import Case, Decision, Said, decide, word_of
from dotbridge.consent.pull import Pull, since
from dotbridge.consent.shops import Shops
from dotbridge.dotdigital.client import Dotdigital
from dotbridge.dotdigital.contacts import Contact
from dotbridge.errors import ConfigError, RecordError, RetryableError
from dotbridge.ledger import clock, consent, consent_delivery, newsletter
from dotbridge.ledger.consent import Held, Told
from dotbridge.ledger.consent_delivery import Waiting
from dotbridge.ledger.consent_event import (
    Event,
    evidence,
    keep,
    last_written,
    list_left,
    opted_in_after,
    told_since,
    word_before,
)
from dotbridge.ledger.lease import Lease
from dotbridge.ledger.models import DotdigitalAccount, Website
from dotbridge.ledger.settings import resolve
from dotbridge.ledger.transaction import writing

_PAGE = 200
#: Seconds until somebody is looked at again of whom the shop has said something that was not read yet.
SOON = 30.0
#: The longest that somebody waits for another look of whom something is still on its way.
_SELDOM = 3600.0
#: Marks an unsubscribing that waits for an import; should the person come back meanwhile, that is heard first.
_NOT_MADE = "not_made"


class Push:
    """The shops' changes of one account on their way to Dotdigital."""

    def __init__(self, account: DotdigitalAccount, client: Dotdigital, pull: Pull) -> None:
        self.account = account
        self.pull = pull
        self.client = client
        self.counts = pull.counts
        self.shops = Shops()
        websites = Website.objects.filter(account=account).select_related("connection")
        self.websites = {row.pk: row for row in websites}
        self.settings = {pk: resolve(pk) for pk in self.websites}

    def push(self, lease: Lease | None = None) -> None:
        """Tells every change that waits, until the turn ends."""
        last = 0
        while found := consent_delivery.waiting(self.account.pk, "dotdigital", _PAGE, last):
            for event in found:
                last = event.id
                self.counts[self._one(event)] += 1
                if lease is not None and lease.over():
                    return

    def _one(self, event: Waiting) -> str:
        person = consent.held_by_id([event.contact_id]).get(event.contact_id)
        if person is None or event.website_id not in self.websites:
            decision = Decision("none", "gone")
        elif (event.word == "subscribed" and told_since(event.contact_id, event.website_id, event.id)) or (
            event.note == _NOT_MADE and opted_in_after([event.contact_id], event.website_id)
        ):
            decision = Decision("none", "superseded")
        else:
            person, found = self._look(person)
            decision = self._decide(event, person, found)
            if decision.reason == "not_held" and consent.may_still_be_made(person.id):
                return self._wait(event)
            if decision.action == "resubscribe_dotdigital":
                decision = self._decide(event, self._look_twice(person), found)
            if decision.action in ("subscribe_dotdigital", "resubscribe_dotdigital"):
                confirmed = self._still_said(event, decision)
                if confirmed is None:
                    return "waiting"
                decision = confirmed
            try:
                self._act(decision, event, person)
            except RecordError as error:
                decision = Decision("none", error.code.id)
        with writing():
            consent_delivery.settle([event.id], f"{decision.action}:{decision.reason}")
        return decision.action

    @staticmethod
    def _wait(event: Waiting) -> str:
        """Who unsubscribed and is not held by Dotdigital, but may be made there by what is on its way: as subscribed, if
        the shop said so when it was written. The longer that lasts, the more seldom is Dotdigital asked."""
        with writing():
            consent_delivery.hold([event.id], _NOT_MADE, min(max(SOON, clock.now() - event.seen_at), _SELDOM))
        return "waiting"

    def _look(self, person: Held) -> tuple[Held, Contact | None]:
        """What Dotdigital holds of the person at this moment. Of one it has lost, what it said last still binds us."""
        found = self._found(person)
        if found is None:
            return person if consent.is_closed(person.status) else person._replace(status=""), None
        with writing():
            consent.learn(
                self.account.pk, [(Told("", str(found.email_status), since(found), found.contact_id), person)], 0
            )
        return consent.held_by_id([person.id])[person.id], found

    def _found(self, person: Held) -> Contact | None:
        contacts = self.client.contacts
        if not person.renamed_from:
            return contacts.get(person.email)
        if person.number:
            return contacts.get(person.number, identifier="contactId")
        return contacts.get(person.renamed_from) or contacts.get(person.email)

    def _address(self, person: Held) -> str:
        """Where Dotdigital holds the person: who has a new address is told of first, and renamed after it."""
        found = self._found(person) if person.renamed_from else None
        return found.email if found else person.email

    def _look_twice(self, person: Held) -> Held:
        """Before somebody is made mailable again: whether they unsubscribed once more, which no status shows."""
        for _ in self.pull.closed():
            pass
        return consent.held_by_id([person.id])[person.id]

    def _still_said(self, event: Waiting, decision: Decision) -> Decision | None:
        """Before somebody is made mailable: the same, if the shop still says so. If not, or if it cannot be asked, the
        opt-in waits (``None``); once the next read has told what came after it, it is past."""
        try:
            words = self.shops.words(self.websites[event.website_id], event.contact_id)
        except (ConfigError, RetryableError):
            words = {""}  # the shop's own job says what is wrong with it
        if not words:
            return Decision("none", "no_row")
        if "subscribed" in words:
            return decision
        with writing():
            consent_delivery.postpone([event.id], SOON)
        return None

    def _decide(self, event: Waiting, person: Held, found: Contact | None) -> Decision:
        shop = Said(word_of(event.word), event.at, event.after, event.seen_at)
        held = Said(word_of(person.status), person.status_at, 0.0, person.learned)
        number = self.websites[event.website_id].subscriber_list
        if held.word == "subscribed" and found is not None and number:
            # Left the list a moment ago, and not read yet: then nothing says that the shop's opt-in came later.
            standing = {one.id: one.status for one in found.lists}.get(number)
            left = list_left(person.id, event.website_id) or ("", clock.now())
            if standing == "suppressed":
                held = Said("unsubscribed", left[0], 0.0, left[1])
        if shop.word == "unsubscribed" and held.word == "unsubscribed" and self.stays_elsewhere(event, person):
            return Decision("none", "agreed")
        truth = self.settings[event.website_id]["consent.source_of_truth"]
        written = "" if event.concluded or event.again else word_of(last_written(person.id, event.website_id, event.id))
        return decide(Case("shop", shop, held, truth, written, evidence=not event.first))

    def stays_elsewhere(self, event: Waiting, person: Held) -> bool:
        """Whether another website of the account says that the person is subscribed."""
        words = newsletter.words_of([person.id]).get(person.id, {})
        return any(
            word == "subscribed" and website != event.website_id and website in self.websites
            for website, word in words.items()
        )

    def _act(self, decision: Decision, event: Waiting, person: Held) -> None:
        match decision.action:
            case "unsubscribe_dotdigital":
                self.unsubscribe(event, person)
            case "subscribe_dotdigital":
                self._subscribe(event, person)
            case "resubscribe_dotdigital":
                self._resubscribe(event, person)
            case "unsubscribe_shop":
                self._send_back(event, person)

    def unsubscribe(self, event: Waiting, person: Held) -> None:
        """From the website's list while another website still has the person, else from the account."""
        number = self.websites[event.website_id].subscriber_list
        if number and self.stays_elsewhere(event, person):
            self.client.subscriptions.unsubscribe(self._address(person), list_id=number)
            self._keep(event, "unsubscribed", "list")
            return
        removed = self.client.subscriptions.unsubscribe(self._address(person))
        status = str(removed.suppressed_contact.status or removed.reason)
        self._learnt(event, person, Told("", status, str(removed.date_removed), removed.suppressed_contact.id))

    def _subscribe(self, event: Waiting, person: Held) -> None:
        """Who has no subscription yet; with a double opt-in the person is asked first."""
        confirm = bool(self.settings[event.website_id]["consent.double_opt_in"])
        channel = {"status": "subscribed", **({"optInType": "verifiedDouble"} if confirm else {})}
        email = self._address(person)
        document = {"identifiers": {"email": email}, "channelProperties": {"email": channel}}
        found = self.client.contacts.patch(email, document)
        self._learnt(event, person, Told("", str(found.email_status), since(found), found.contact_id))

    def _resubscribe(self, event: Waiting, person: Held) -> None:
        """By the route of v2. A call that asks the person is made once: if its outcome is unknown, it is not repeated, and
        a shop may tell one opt-in twice, as a customer's and as a subscriber's."""
        confirm = bool(self.settings[event.website_id]["consent.double_opt_in"])
        number = self.websites[event.website_id].subscriber_list
        on_list = number if word_of(person.status) == "subscribed" else None
        if confirm and not on_list:
            again = word_before(event.contact_id, event.website_id, event.id) == "subscribed"
            if person.opt_in == "pending" and (again or person.opt_in_at == event.seen_at):
                return
            with writing():
                consent.ask(self.account.pk, person, event.website_id, event.seen_at)
        answer = self.client.subscriptions.resubscribe(self._address(person), list_id=on_list, challenge=confirm)
        if on_list:
            self._keep(event, "subscribed", "list")
        elif answer.status in ("contact_added", "subscribed"):
            number = answer.contact.id if answer.contact else 0
            self._learnt(event, person, Told("", "subscribed", "", number))
        else:
            self._keep(event, str(answer.status), "account")

    def _learnt(self, event: Waiting, person: Held, told: Told) -> None:
        """What the call led to is known as of when its cause was, so that it counts as one change and not as two."""
        with writing():
            consent.learn(self.account.pk, [(told, person)], event.after, learned=event.seen_at, source="push")
        self._keep(event, told.status, "account")

    def _keep(self, event: Waiting, word: str, source: str) -> None:
        now = clock.now()
        proof = evidence("", event.after, event=str(event.id))
        with writing():
            made = Event(event.contact_id, event.website_id, "to_dotdigital", word, "", now, source, proof)
            keep(self.account.pk, [made])

    def _send_back(self, event: Waiting, person: Held) -> None:
        closed = consent.is_closed(person.status)
        proof = evidence("", 0.0, level="" if closed else "list")
        word = person.status if closed else "unsubscribed"
        now = clock.now()
        back = Event(
            person.id, event.website_id, "dotdigital", word, person.status_at, now, "refused_opt_in", proof, "shop"
        )
        with writing():
            keep(self.account.pk, [back])
