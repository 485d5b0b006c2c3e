"""Changes that were seen in a shop, to Dotdigital: one call for each, after a look at what Dotdigital holds now."""

from __future__ import annotations

import time
from collections import Counter

from dotbridge.commerce.consent import Case, Decision, Said, decide, word_of
from dotbridge.dotdigital.client import Dotdigital
from dotbridge.errors import RecordError
from dotbridge.ledger import consent
from dotbridge.ledger.consent import Event, Held, Told, Waiting
from dotbridge.ledger.lease import Lease
from dotbridge.ledger.models import DotdigitalAccount, Website
from dotbridge.ledger.settings import resolve
from dotbridge.ledger.transaction import writing

_PAGE = 200


class Push:
    """The shop's changes of one account on their way to Dotdigital."""

    def __init__(self, account: DotdigitalAccount, client: Dotdigital) -> None:
        self.account = account
        self.client = client
        rows = Website.objects.filter(account=account)
        self.websites = {row.pk: row for row in rows}
        self.settings = {pk: resolve(pk) for pk in self.websites}

    def push(self, lease: Lease | None = None) -> Counter[str]:
        """Tells every change that waits; gives counts by action."""
        counts: Counter[str] = Counter()
        last = 0
        while found := consent.waiting(self.account.pk, "shop", _PAGE, last):
            for event in found:
                last = event.id
                counts[self._one(event)] += 1
                if lease is not None and lease.over():
                    return counts
        return counts

    def _one(self, event: Waiting) -> str:
        person = consent.held_by_id([event.contact_id]).get(event.contact_id)
        if person is None or event.website_id not in self.websites:
            with writing():
                consent.settle_event([event.id], "none:gone")
            return "none"
        person = self._look(person)
        decision = self._decide(event, person)
        try:
            self._act(decision, event, person)
        except RecordError as error:
            decision = Decision("none", error.code.id)
        with writing():
            consent.settle_event([event.id], f"{decision.action}:{decision.reason}")
        return decision.action

    def _look(self, person: Held) -> Held:
        """What Dotdigital holds of the person at this moment."""
        found = self.client.contacts.get(person.email)
        told = Told("", str(found.email_status), str(found.updated or ""), found.contact_id) if found else None
        if told is None or told.status == person.status:
            return person._replace(status=person.status if told else "")
        with writing():
            consent.learn(self.account.pk, [(told, person)], 0.0)
        return consent.held_by_id([person.id])[person.id]

    def _decide(self, event: Waiting, person: Held) -> Decision:
        shop = Said(word_of(event.word), event.at, event.after, event.seen_at)
        held = Said(word_of(person.status), person.status_at, 0.0, person.learned)
        if held.word == "subscribed" and (left := consent.list_left(person.id, event.website_id)):
            held = Said("unsubscribed", left[0], 0.0, left[1])
        if self._stays_elsewhere(event, person) and shop.word == "unsubscribed" and held.word == "unsubscribed":
            return Decision("none", "agreed")
        truth = self.settings[event.website_id]["consent.source_of_truth"]
        written = consent.last_written(person.id, event.website_id, event.id)
        return decide(Case("shop", shop, held, truth, word_of(written)))

    def _stays_elsewhere(self, event: Waiting, person: Held) -> bool:
        words = consent.shop_words([person.id]).get(person.id, {})
        return any(
            word == "subscribed" and website != event.website_id and website in self.websites
            for website, word in words.items()
        )

    def _act(self, decision: Decision, event: Waiting, person: Held) -> None:
        match decision.action:
            case "unsubscribe_dotdigital":
                self.unsubscribe(event, person)
            case "subscribe_dotdigital":
                document = {"identifiers": {"email": person.email}, "channelProperties": _SUBSCRIBED}
                found = self.client.contacts.patch(person.email, document)
                self._learnt(event, person, Told("", str(found.email_status), "", found.contact_id))
            case "resubscribe_dotdigital":
                self._resubscribe(event, person)
            case "unsubscribe_shop":
                self._send_back(event, person)

    def unsubscribe(self, event: Waiting, person: Held) -> None:
        """From the website's list while another website still has the person, else from the account."""
        number = self.websites[event.website_id].subscriber_list
        if number and self._stays_elsewhere(event, person):
            self.client.subscriptions.unsubscribe(person.email, list_id=number)
            self._keep(event, "unsubscribed", "list")
            return
        removed = self.client.subscriptions.unsubscribe(person.email)
        status = str(removed.suppressed_contact.status or removed.reason)
        self._learnt(event, person, Told("", status, str(removed.date_removed), removed.suppressed_contact.id))

    def _resubscribe(self, event: Waiting, person: Held) -> None:
        challenge = bool(self.settings[event.website_id]["consent.double_opt_in"])
        number = self.websites[event.website_id].subscriber_list
        on_list = number if word_of(person.status) == "subscribed" else None
        answer = self.client.subscriptions.resubscribe(person.email, list_id=on_list, challenge=challenge)
        if on_list:
            self._keep(event, "subscribed", "list")
        elif answer.status in ("contact_added", "subscribed"):
            self._learnt(event, person, Told("", "subscribed", "", answer.contact.id if answer.contact else 0))
        else:
            self._keep(event, str(answer.status), "account")

    def _learnt(self, event: Waiting, person: Held, told: Told) -> None:
        """What the call led to is known as of when its cause was, so that it counts as one change and not as two."""
        with writing():
            consent.learn(self.account.pk, [(told, person)], event.after, learned=event.seen_at)
        self._keep(event, told.status, "account")

    def _keep(self, event: Waiting, word: str, source: str) -> None:
        now = time.time()
        made = Event(event.contact_id, event.website_id, "to_dotdigital", word, "", now, source, "{}", now)
        with writing():
            consent.keep(self.account.pk, [made])

    def _send_back(self, event: Waiting, person: Held) -> None:
        proof = consent.evidence("", 0.0, level="" if consent.is_closed(person.status) else "list")
        word = person.status if consent.is_closed(person.status) else "unsubscribed"
        back = Event(
            person.id, event.website_id, "dotdigital", word, person.status_at, time.time(), "refused_opt_in", proof
        )
        with writing():
            consent.keep(self.account.pk, [back])


_SUBSCRIBED = {"email": {"status": "subscribed"}}
