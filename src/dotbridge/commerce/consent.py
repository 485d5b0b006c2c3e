"""Who may be mailed, when shop and Dotdigital do not agree: one pure decision, and the truth table that shows it.

Unsubscribing always wins, unless the person demonstrably opted in after it. A bounce, a complaint or a suppression is
never lifted by us; a status found on the first look is never an opt-in; what we wrote ourselves is no news.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from dotbridge.commerce.clock import before

Word = Literal["", "none", "subscribed", "pending", "unsubscribed", "blocked"]
Side = Literal["", "shop", "dotdigital"]
Truth = Literal["dotdigital", "shop"]
Action = Literal[
    "none",
    "pending",
    "unsubscribe_dotdigital",
    "subscribe_dotdigital",
    "resubscribe_dotdigital",
    "unsubscribe_shop",
    "resubscribe_shop",
]

#: Two instants of different clocks that lie closer together than this tell nothing about which came first. A day is more
#: than any mistake about time zones makes a shop's clock wrong.
SKEW_SECONDS = 86_400.0

_OPEN = {"subscribed": "subscribed", "soft_bounced": "subscribed", "no_subscription": "none"}
_PENDING = {"pending_opt_in": "pending", "not_active": "pending", "unconfirmed": "pending", "pending": "pending"}
_GONE = {"": "", "deleted": "", "binned": "", "unsubscribed": "unsubscribed"}
_WORDS: dict[str, Word] = {**_OPEN, **_PENDING, **_GONE}  # type: ignore[dict-item]


class Said(NamedTuple):
    """What one side says of a person. ``at``: since when, by that side's clock, "" unknown.

    By our own clock: at ``after`` it still said something else, at ``learned`` we knew it. Zero: unknown.
    """

    word: Word
    at: str = ""
    after: float = 0.0
    learned: float = 0.0


class Case(NamedTuple):
    """All that a decision rests on.

    ``moved`` is the side whose change we saw, "" for statuses found on a first look. ``written`` is what we ourselves
    wrote to that side last, "" if it has said something else since. ``evidence``: the opt-in was seen to happen, has a
    consent record, or was confirmed.
    """

    moved: Side
    shop: Said
    dotdigital: Said
    truth: Truth = "dotdigital"
    written: str = ""
    evidence: bool = True


class Decision(NamedTuple):
    """What to do, and why in one word."""

    action: Action
    reason: str


def word_of(status: str) -> Word:
    """A newsletter status of a shop or a channel status of Dotdigital in the decision's words.

    A status that nobody here knows counts as blocked, so that it is never lifted.
    """
    return _WORDS.get(status, "blocked")


def decide(case: Case) -> Decision:
    """What follows from a change on one side, or from two statuses found on a first look."""
    mover = case.shop if case.moved == "shop" else case.dotdigital
    if case.moved and case.written and case.written == mover.word:
        return Decision("none", "echo")
    if case.moved == "shop":
        return _shop_moved(case)
    if case.moved == "dotdigital":
        return _dotdigital_moved(case)
    if _is_closed(case.dotdigital) and case.shop.word == "subscribed":
        return Decision("unsubscribe_shop", "unsubscribe_wins")
    return Decision("none", "first_look")


def _shop_moved(case: Case) -> Decision:
    held = case.dotdigital.word
    match case.shop.word:
        case "subscribed":
            return _shop_opted_in(case)
        case "pending":
            return Decision("pending", "not_confirmed")
        case "" | "none":
            return Decision("none", "nothing_said")
    if held in ("subscribed", "pending"):
        return Decision("unsubscribe_dotdigital", "unsubscribe_wins")
    return Decision("none", "agreed" if _is_closed(case.dotdigital) else "not_held")


def _shop_opted_in(case: Case) -> Decision:
    match case.dotdigital.word:
        case "blocked":
            return Decision("unsubscribe_shop", "never_lifted")
        case "subscribed":
            return Decision("none", "agreed")
        case "pending":
            return Decision("pending", "not_confirmed")
    if case.dotdigital.word != "unsubscribed":
        return Decision("subscribe_dotdigital", "opted_in") if case.evidence else Decision("none", "no_evidence")
    if not case.evidence:
        return Decision("unsubscribe_shop", "no_evidence")
    if is_later(case.shop, case.dotdigital):
        return Decision("resubscribe_dotdigital", "opted_in_since")
    return Decision("unsubscribe_shop", "unsubscribe_wins")


def _dotdigital_moved(case: Case) -> Decision:
    match case.dotdigital.word:
        case "pending":
            return Decision("pending", "not_confirmed")
        case "" | "none":
            return Decision("none", "not_held")
        case "subscribed":
            return _dotdigital_opted_in(case)
    shop = case.shop.word
    if shop not in ("subscribed", "pending"):
        return Decision("none", "agreed" if shop == "unsubscribed" else "nothing_said")
    left = case.dotdigital.word == "unsubscribed"
    if left and shop == "subscribed" and case.evidence and is_later(case.shop, case.dotdigital):
        return Decision("none", "opted_in_since")
    return Decision("unsubscribe_shop", "unsubscribe_wins")


def _dotdigital_opted_in(case: Case) -> Decision:
    if case.shop.word != "unsubscribed":
        return Decision("none", "agreed" if case.shop.word == "subscribed" else "nothing_said")
    if case.truth == "shop":
        return Decision("unsubscribe_dotdigital", "shop_decides")
    if case.evidence and is_later(case.dotdigital, case.shop):
        return Decision("resubscribe_shop", "opted_in_since")
    return Decision("unsubscribe_dotdigital", "unsubscribe_wins")


def is_later(opt_in: Said, unsubscribe: Said) -> bool:
    """Whether the opt-in demonstrably came after the unsubscribe.

    By cause: when we knew of the one already, the other had not happened yet; no clock but ours is asked. Else by both
    sides' clocks, with room for their difference. What is unknown is not later.
    """
    if unsubscribe.learned and opt_in.after >= unsubscribe.learned:
        return True
    if opt_in.learned and unsubscribe.after >= opt_in.learned:
        return False
    return bool(opt_in.at and unsubscribe.at) and before(opt_in.at, SKEW_SECONDS) > unsubscribe.at


def _is_closed(said: Said) -> bool:
    return said.word in ("unsubscribed", "blocked")


def truth_table() -> Iterator[tuple[Case, bool, Decision]]:
    """Every case in which something may follow: the case, whether the opt-in came later, the decision.

    Echoes are left out: nothing ever follows from them.
    """
    shop_words: tuple[Word, ...] = ("", "subscribed", "pending", "unsubscribed")
    held_words: tuple[Word, ...] = ("", "none", "subscribed", "pending", "unsubscribed", "blocked")
    sides: tuple[Side, ...] = ("", "shop", "dotdigital")
    truths: tuple[Truth, ...] = ("dotdigital", "shop")
    for moved in sides:
        for shop in shop_words:
            for held in held_words:
                for truth in truths:
                    for evidence in (True, False):
                        for later in (True, False):
                            stamps = (2.0, 1.0) if later else (1.0, 2.0)
                            case = Case(
                                moved,
                                Said(shop, after=stamps[0], learned=stamps[1]),
                                Said(held, after=stamps[0], learned=stamps[1]),
                                truth,
                                "",
                                evidence,
                            )
                            yield case, later, decide(case)
