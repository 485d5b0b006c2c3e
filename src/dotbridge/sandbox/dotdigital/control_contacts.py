"""What happens to contacts inside Dotdigital, on command: bounces, complaints, clicks on links in mails."""

from __future__ import annotations

from collections.abc import Callable

from . import lists, subscription
from .contact_write_v2 import show
from .contacts import Contact, ContactBook, clean_email
from .control import body
from .exchange import Answer, Call
from .refusals import refuse
from .routing import Routes
from .subscription import Status, Subscription
from .suppression import leave_list

routes = Routes()

_CLOSING = {
    "bounce": Status.HARD_BOUNCED,
    "complain": Status.ISP_COMPLAINED,
    "direct-complain": Status.DIRECT_COMPLAINT,
    "mail-block": Status.MAIL_BLOCKED,
    "no-mx": Status.NO_MX_RECORD,
    "unsubscribe": Status.UNSUBSCRIBED,
    "suppress": Status.SUPPRESSED,
    "domain-suppress": Status.DOMAIN_SUPPRESSED,
    "globally-suppress": Status.SHARED_SUPPRESSION,
    "block-local-part": Status.BLOCKED_LOCAL_PART,
}


def _return(current: Subscription) -> Subscription:
    return subscription.resubscribe(current, None, challenge=False, double_opt_in=False)[0]


_STEPS: dict[str, Callable[[Subscription], Subscription]] = {
    "confirm": subscription.confirm,
    "soft-bounce": subscription.soft_bounce,
    "resubscribe": _return,
}


@routes.on("POST", "/sandbox/contacts/{email}/{event}")
def happen(call: Call) -> Answer:
    """One event for one contact; closing events create an unknown one. ``{"list": id}``: unsubscribe from that list."""
    email, event = clean_email(call.params["email"]), call.params["event"]
    if email is None or (event not in _CLOSING and event not in _STEPS):
        refuse("", 404, text=f"An event is one of {', '.join((*_CLOSING, *_STEPS))}")
    book = ContactBook(call.db, call.account.id, call.now).load(emails=[email])
    contact = book.by_email(email)
    if contact is None and event not in _CLOSING:
        refuse("ERROR_CONTACT_NOT_FOUND")
    contact = contact or book.create(email, None, Subscription(_CLOSING[event]))
    if event == "unsubscribe" and body(call.incoming).get("list") is not None:
        _leave(call, book, contact)
    else:
        status = _CLOSING.get(event)
        state = contact.subscription
        book.move(contact, subscription.close(state, status) if status else _STEPS[event](state))
        if event == "confirm":
            _confirm_lists(call, contact)
    book.save()
    return Answer.of(show(contact, None))


def _leave(call: Call, book: ContactBook, contact: Contact) -> None:
    number = body(call.incoming)["list"]
    if not isinstance(number, int) or lists.find(call.db, call.account.id, number) is None:
        refuse("ERROR_ADDRESSBOOK_NOT_FOUND")
    book.touch(contact)
    leave_list(call, book, contact, number)


def _confirm_lists(call: Call, contact: Contact) -> None:
    query = "UPDATE membership SET status = 'subscribed' WHERE contact = ? AND status = 'pending'"
    call.db.execute(query, (contact.id,))


@routes.on("POST", "/sandbox/domains/{domain}/suppress")
def suppress_domain(call: Call) -> Answer:
    """Put a domain on the account's suppression list: those who are there, and those who come later."""
    domain = call.params["domain"].lower()
    call.db.execute("INSERT OR IGNORE INTO suppressed_domain VALUES (?, ?)", (call.account.id, domain))
    query = "SELECT id FROM contact WHERE account = ? AND email LIKE '%@' || ?"
    ids = [row[0] for row in call.db.execute(query, (call.account.id, domain))]
    book = ContactBook(call.db, call.account.id, call.now).load(ids=ids)
    for number in ids:
        contact = book.by_id(number)
        if contact is not None:
            book.move(contact, subscription.close(contact.subscription, Status.DOMAIN_SUPPRESSED))
    book.save()
    return Answer.of({"domain": domain, "contacts": len(ids)})
