"""explanation/consent.md: how consent is decided, with the truth table of the decision itself."""

from __future__ import annotations

from collections import defaultdict

from dotbridge.commerce.consent import SKEW_SECONDS, Case, Decision, truth_table
from dotbridge.config.reference.markdown import code, table

_INTRODUCTION = f"""# Consent

Shop and Dotdigital both know whether a person may be mailed, and each of them is changed by people: a click in a mail,
a tick in the account page, a complaint to a provider. The job `consent_sync` carries such changes from one side to the
other. It decides by one function, `decide` in `src/dotbridge/commerce/consent.py`; the table below is made by calling it.

* **Unsubscribing always wins**, whichever side it happens on, unless the person opted in *after* it.
* *After* is decided by cause where that is possible: dotbridge knew of the unsubscribe, the other side still said so,
  and then it changed. Otherwise by both sides' clocks, and only if they are more than {SKEW_SECONDS / 3600:.0f} hours apart, which is
  more than any mistake about time zones. What is not known is not later. Before somebody is resubscribed, Dotdigital is
  asked whether they have unsubscribed once more meanwhile, and before somebody becomes mailable at all, the shop is asked
  whether it still says so.
* **An opt-in needs evidence**: a change to *subscribed* that was seen to happen, a consent record, or a confirmed double
  opt-in. What a first look finds is never evidence.
* **Bounces, complaints and suppressions are never lifted** by dotbridge, whatever the shop says.
* **What dotbridge wrote itself is no news**: when it comes back with the next read, nothing follows.
* A shop that counts as the source of truth (`consent.source_of_truth`) is not resubscribed from Dotdigital; its
  unsubscribes are. Everything else is the same.

* **An opt-out goes with the person** to a new address, whenever it is learned. A bounce stays behind: it is the address's.
* **Who is made anew in Dotdigital** after having opted out is made as unsubscribed; if Dotdigital says *subscribed* of
  such a contact, nobody has opted in, and it is unsubscribed again.

Every change seen and every change made is a row of `consent_event`, with time, source and evidence. The database itself
refuses to change or delete one. What the other side must still hear of stands in `consent_delivery`, with what came of
it. The page of a person in the console shows both.

## One website, one list

A person may be subscribed in one website and not in another of the same account. Then the account's subscription stays,
and the person leaves only that website's list of subscribers. When no website is left, the account is unsubscribed. In
the other direction, who leaves a website's list in Dotdigital is unsubscribed in that website alone.

## An unsubscribe holds back marketing, and no data

`email_contact.channel_status` is Dotdigital's word for the e-mail channel. Who has merely *unsubscribed* stays
*accepted*: Dotdigital mails them nothing, and their orders, carts and wishlists go on. Only of whom Dotdigital takes
nothing, or must get nothing, the contact is *suppressed*, with the word in `suppressed_reason`: hard bounces, blocked
mail, complaints, suppressions by you, by domain or system-wide. When that is lifted in Dotdigital, the contact is mapped
again and the records that waited for it follow.

The feeds of suppressions and of changed contacts are read from a stored place on, by Dotdigital's own clock. There is
no window and no limit: after a week without connection, what happened in that week arrives. A shop's change is told at
once by a call of its own, also between two pages of a feed.

## Double opt-in

With `consent.double_opt_in`, who subscribes in the shop from then on is asked by Dotdigital to confirm it first: the
opt-in is *pending*, then *confirmed*, or *expired* after `consent.confirm_hours`. Until then no import makes the person
in Dotdigital. A confirmation that comes after all counts. A shop's own words for people who have not confirmed (*not
active*, *unconfirmed*) wait in the same way and subscribe nobody.

## Consent records

With `consent.text`, every opt-in that was seen becomes a record of these words, with its time and the website's address.
Records go to Dotdigital in single calls, are looked up before they are sent again, and are kept until they have arrived.

## A shop that cannot be written to

Writing to the shop needs [a right of its own](../how-to/write-the-newsletter.md). Without it the change is kept, the
connection shows the finding `newsletter`, `dotbridge audit` and the console count who waits, and it is written as soon
as the right is there.

## The truth table

*Moved* is the side whose change was seen; "first look" is what a new connection finds. Cases that are not listed lead to
nothing.
"""
_MOVED = {"": "first look", "shop": "shop", "dotdigital": "Dotdigital"}
_SHOP = {"": "nothing", "pending": "waits for confirmation"}
_HELD = {"": "does not hold the person", "none": "no subscription", "pending": "waits for confirmation"}
_QUIET = {"none", "pending"}


def page() -> str:
    """The page."""
    grouped: dict[tuple[str, str, str], dict[Decision, list[tuple[Case, bool]]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for case, later, decision in truth_table():
        grouped[case.moved, case.shop.word, case.dotdigital.word][decision].append((case, later))
    rows = []
    for (moved, shop, held), found in grouped.items():
        if all(decision.action == "none" for decision in found):
            continue
        for decision, cases in found.items():
            rows.append(
                (
                    _MOVED[moved],
                    _SHOP.get(shop, shop),
                    _HELD.get(held, held),
                    _when(cases, len(found) == 1),
                    code(decision.action),
                    code(decision.reason),
                )
            )
    return _INTRODUCTION + table(("Moved", "Shop says", "Dotdigital says", "When", "What is done", "Why"), rows)


def _when(cases: list[tuple[Case, bool]], always: bool) -> str:
    if always:
        return "always"
    said = []
    for name, values in (
        ("source of truth", {case.truth for case, _ in cases}),
        ("evidence", {case.evidence for case, _ in cases}),
        ("opt-in later", {later for _, later in cases}),
    ):
        if len(values) == 1:
            value = next(iter(values))
            said.append(f"{name}: {value}" if isinstance(value, str) else f"{name}: {'yes' if value else 'no'}")
    return ", ".join(said) or "otherwise"
