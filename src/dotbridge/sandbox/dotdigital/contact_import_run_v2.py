"""What a v2 contact import does when it finishes: write who may be written, and say why the others may not (13.6)."""

from __future__ import annotations

from typing import Any

from . import consent, data_fields, jobs, subscription
from .contact_rows_v2 import Row, read_collection, read_csv
from .contacts import Contact, ContactBook, clean_email
from .field_values import Merge, convert, merge
from .subscription import Status
from .words import EMAIL_TYPES, OPT_INS

# Counter, and the prose of the fault file as the documentation and as Magento's reader spell it.
_REASONS = {
    "globallySuppressed": ("Globally Suppressed", "Globally Suppressed"),
    "invalidEntries": ("Invalid Email", "Invalid Entries"),
    "duplicateEmails": ("Duplicate", "Duplicate"),
    "blocked": ("Blocker", "Blocked"),
    "unsubscribed": ("Unsubscribed", "Unsubscribed"),
    "hardBounced": ("Hard bounced", "Hard Bounced"),
    "softBounced": ("Soft bounced", "Soft Bounced"),
    "ispComplaints": ("Complained to ISP", "Isp Complaints"),
    "mailBlocked": ("Mail blocked", "Mail Blocked"),
    "domainSuppressed": ("Suppressed by Domain", "Domain Suppressed"),
    "pendingDoubleOptin": ("Pending optin", "Pending optin"),
    "failures": ("Failures", "Failures"),
    "suppressedContacts": ("Suppressed by you", "Suppressed by you"),
}
_COUNTERS = ("newContacts", "updatedContacts", *_REASONS)
_BY_STATUS = {
    Status.UNSUBSCRIBED: "unsubscribed",
    Status.SUPPRESSED: "suppressedContacts",
    Status.HARD_BOUNCED: "hardBounced",
    Status.SOFT_BOUNCED: "softBounced",
    Status.ISP_COMPLAINED: "ispComplaints",
    Status.DIRECT_COMPLAINT: "ispComplaints",
    Status.MAIL_BLOCKED: "mailBlocked",
    Status.NO_MX_RECORD: "hardBounced",
    Status.DOMAIN_SUPPRESSED: "domainSuppressed",
    Status.SHARED_SUPPRESSION: "globallySuppressed",
    Status.BLOCKED_LOCAL_PART: "blocked",
    Status.PENDING: "pendingDoubleOptin",
}


class _Run:
    """One import on its way through its rows."""

    def __init__(self, work: jobs.Work) -> None:
        self.work = work
        self.book = ContactBook(work.db, work.account.id, work.now)
        self.option = Merge(work.options["merge"])
        self.lists: list[int] = work.options["lists"]
        self.definitions = data_fields.load(work.db, work.account.id)
        self.counts = dict.fromkeys(_COUNTERS, 0)
        self.faults: list[list[str]] = []
        self.seen: set[str] = set()
        domains = work.db.execute("SELECT domain FROM suppressed_domain WHERE account = ?", (work.account.id,))
        self.domains = {row[0] for row in domains}
        self.left = self._left()

    def _left(self) -> set[int]:
        """Who unsubscribed from one of the lists that this import fills."""
        found: set[int] = set()
        for list_id in self.lists:
            query = "SELECT contact FROM membership WHERE list = ? AND status = 'suppressed'"
            found |= {row[0] for row in self.work.db.execute(query, (list_id,))}
        return found

    def outcome(self, header: list[str], rows: list[Row]) -> jobs.Outcome:
        self.book.load(emails=[email for row in rows if (email := clean_email(row.email))])
        magento = self.work.account.settings.fault_wording == "magento"
        for row in rows:
            counter = self.take(row)
            self.counts[counter] += 1
            if counter in _REASONS:
                self.faults.append([_REASONS[counter][magento], *row.shown])
        self.book.save()
        return jobs.Outcome("Finished", {"report": self.counts, "header": header, "faults": self.faults})

    def take(self, row: Row) -> str:
        """Write one row; the counter it falls under."""
        email = clean_email(row.email)
        if email is None:
            return "invalidEntries"
        if email in self.seen:
            return "duplicateEmails"
        self.seen.add(email)
        known = self.book.by_email(email)
        if known is not None and known.subscription.status in _BY_STATUS:
            return _BY_STATUS[known.subscription.status]
        if known is None and email.rpartition("@")[2] in self.domains:
            return "domainSuppressed"
        if known is not None and known.id in self.left:
            return "unsubscribed"
        values, faults = convert(row.fields, self.definitions)
        if any(fault.code != "ERROR_DATAFIELD_NOTFOUND" for _, fault in faults):
            return "failures"
        new = known is None or known.binned is not None
        self.write(row, known, email, values)
        return "newContacts" if new else "updatedContacts"

    def write(self, row: Row, known: Contact | None, email: str, values: dict[str, Any]) -> None:
        opt_in = OPT_INS.get(row.opt_in.lower())
        double = self.work.account.settings.double_opt_in
        if known is None:
            known = self.book.create(email, None, subscription.begin(None, opt_in, double_opt_in=double))
        else:
            status = Status.SUBSCRIBED if known.subscription.status is Status.NO_SUBSCRIPTION else None
            self.book.move(known, subscription.write(known.subscription, status, opt_in, double_opt_in=double))
        merge(known.fields, values, self.option)
        known.email_type = EMAIL_TYPES.get(row.email_type.lower(), known.email_type)
        for list_id in self.lists:
            self.book.join(known, list_id)
        record = consent.from_pairs(row.consent)
        if record is not None:
            self.book.consent(known, record)


@jobs.runs("contacts_csv")
def run_csv(work: jobs.Work) -> jobs.Outcome:
    return _Run(work).outcome(*read_csv(work.body))


@jobs.runs("contacts_collection")
def run_collection(work: jobs.Work) -> jobs.Outcome:
    return _Run(work).outcome(*read_collection(work.body))
