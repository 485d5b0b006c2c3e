"""What Dotdigital can answer beside success, and for each the recovery that the importer switches on."""

from __future__ import annotations

from typing import Literal

from dotbridge.errors import Code

Recovery = Literal["retry", "park", "split", "config", "record", "unknown"]
"""What happens next: the same call later · the batch waits for a person · the batch is halved until the bad record is
alone · a person corrects our settings · this record is rejected · find out first whether it took effect."""

RECOVERY: dict[Code, Recovery] = {}


def _declare(recovery: Recovery, id: str, what: str, todo: str) -> Code:  # noqa: A002  the member of Code
    code = Code(f"DDG-{id}", what, todo)
    RECOVERY[code] = recovery
    return code


_BY_ITSELF = "Nothing to do; it is tried again."
_FIX_RECORD = "Correct the value in the shop; the next sync sends it again."

CREDENTIALS = _declare(
    "config",
    "CREDENTIALS",
    "Dotdigital refuses the API user or its password.",
    "Enter valid credentials of an API user.",
)
NOT_ALLOWED = _declare(
    "config",
    "NOT-ALLOWED",
    "Dotdigital refuses access: the account lives in another region, or the API user lacks a right.",
    "Run the account check, which finds the region anew, and look at the rights of the API user.",
)
ACCOUNT_STATE = _declare(
    "config",
    "ACCOUNT-STATE",
    "The Dotdigital account does not allow this.",
    "Ask Dotdigital for the state of the account.",
)
SETUP = _declare(
    "config",
    "SETUP",
    "Something that the call names does not exist in the Dotdigital account, or cannot be used this way.",
    "Run the account check and choose again what it reports.",
)
LIST_NOT_FOUND = _declare(
    "config",
    "LIST-NOT-FOUND",
    "The list does not exist in the Dotdigital account.",
    "Choose another list for this website.",
)
LIST_NOT_WRITABLE = _declare(
    "config", "LIST-NOT-WRITABLE", "The list cannot be written to.", "Choose another list for this website."
)
LIST_DUPLICATE = _declare(
    "config",
    "LIST-DUPLICATE",
    "A list or segment of this name exists, or the name is reserved.",
    "Choose another name.",
)
FIELD_MISSING = _declare(
    "config",
    "FIELD-MISSING",
    "The account has no data field of this name.",
    "Run the account preparation, or unmap the field.",
)
FIELD_INVALID = _declare(
    "config", "FIELD-INVALID", "This is no valid data field.", "Correct name, type or default value of the field."
)
FIELD_EXISTS = _declare("config", "FIELD-EXISTS", "A data field of this name exists.", "Use the existing field.")
COLLECTION_NAME = _declare(
    "config", "COLLECTION-NAME", "This is no valid name of a collection.", "Use letters, digits and underscores only."
)
PROGRAM_NOT_ACTIVE = _declare(
    "config",
    "PROGRAM-NOT-ACTIVE",
    "The program is not active.",
    "Activate the program in Dotdigital, or choose another.",
)
PROGRAM_NOT_FOUND = _declare("config", "PROGRAM-NOT-FOUND", "The program does not exist.", "Choose another program.")
CAMPAIGN_UNUSABLE = _declare(
    "config",
    "CAMPAIGN-UNUSABLE",
    "The campaign cannot be used.",
    "Choose another campaign, or correct it in Dotdigital.",
)

FEATURE_MISSING = _declare(
    "park", "FEATURE-MISSING", "The Dotdigital account has not bought this feature.", "Ask Dotdigital to switch it on."
)
WATCHDOG = _declare(
    "park",
    "WATCHDOG",
    "Dotdigital's Data Watchdog refused the whole import.",
    "Ask Dotdigital's support to look at the import, then release the batch.",
)
CONTACT_LIMIT = _declare(
    "park",
    "CONTACT-LIMIT",
    "The account has as many contacts as its contract allows.",
    "Extend the contract or remove contacts, then release the batch.",
)
STORAGE_SPENT = _declare(
    "park", "STORAGE-SPENT", "The insight storage of the account is full.", "Extend it, then release the batch."
)
SEND_ALLOWANCE = _declare(
    "park", "SEND-ALLOWANCE", "The account's sends are used up.", "Buy sends, then release what waits."
)
LIST_LIMIT = _declare("park", "LIST-LIMIT", "The account cannot hold more lists.", "Remove unused lists in Dotdigital.")
FIELD_LIMIT = _declare(
    "park", "FIELD-LIMIT", "The account cannot hold more data fields.", "Remove unused data fields in Dotdigital."
)
COLLECTION_LIMIT = _declare(
    "park", "COLLECTION-LIMIT", "The account cannot hold more collections.", "Remove unused collections in Dotdigital."
)
IMPORT_FAILED = _declare(
    "park",
    "IMPORT-FAILED",
    "Dotdigital could not process the import.",
    "Release the batch to send its records once more.",
)
FILE_INVALID = _declare(
    "park", "FILE-INVALID", "Dotdigital cannot read the uploaded file.", "Report this; the batch keeps what it held."
)
UNEXPECTED = _declare(
    "park",
    "UNEXPECTED",
    "Dotdigital refuses with a reason that its contract does not name.",
    "Read the reason; report it.",
)
NOT_OURS = _declare(
    "park",
    "NOT-OURS",
    "Dotdigital refuses with a reason from a part of it that dotbridge does not use.",
    "Report this with the time it happened.",
)
ANSWER_SHAPE = _declare(
    "park",
    "ANSWER-SHAPE",
    "Dotdigital's answer does not have the documented shape.",
    "Report this with the time it happened.",
)

TOO_MANY_IMPORTS = _declare(
    "retry", "TOO-MANY-IMPORTS", "The account runs as many imports at once as it may.", _BY_ITSELF
)
TOO_MANY_JOBS = _declare("retry", "TOO-MANY-JOBS", "The account runs as many such jobs at once as it may.", _BY_ITSELF)
API_USAGE = _declare("retry", "API-USAGE", "The calls that the account may make in an hour are used up.", _BY_ITSELF)
ENROLMENT_ALLOWANCE = _declare(
    "retry", "ENROLMENT-ALLOWANCE", "The 20 enrolments that may be made in an hour are used up.", _BY_ITSELF
)
UNAVAILABLE = _declare("retry", "UNAVAILABLE", "Dotdigital cannot do this at the moment.", _BY_ITSELF)
NOT_READY = _declare("retry", "NOT-READY", "Dotdigital has not finished the job yet.", _BY_ITSELF)

BAD_CONTENT = _declare(
    "split",
    "BAD-CONTENT",
    "Dotdigital cannot take the content of the request.",
    "Look at the record that is left alone.",
)
TOO_LARGE = _declare(
    "split", "TOO-LARGE", "The request is larger than Dotdigital takes.", "Nothing to do; it is divided."
)
RECORD_INVALID = _declare(
    "split",
    "RECORD-INVALID",
    "Dotdigital refuses an insight record.",
    "Correct the named member; the next sync sends it.",
)

EMAIL_INVALID = _declare("record", "EMAIL-INVALID", "Dotdigital does not take this e-mail address.", _FIX_RECORD)
EMAIL_BANNED = _declare(
    "record", "EMAIL-BANNED", "Dotdigital bans this e-mail address.", "Nothing can be done about it."
)
IDENTIFIER_TAKEN = _declare(
    "record",
    "IDENTIFIER-TAKEN",
    "Another contact already has this e-mail address or identifier.",
    "Merge or correct the two contacts in Dotdigital.",
)
CONTACT_SUPPRESSED = _declare(
    "record",
    "CONTACT-SUPPRESSED",
    "The contact is unsubscribed or suppressed.",
    "Nothing to do; this is the person's wish.",
)
CONTACT_NOT_FOUND = _declare(
    "record", "CONTACT-NOT-FOUND", "The contact is not in the account.", "Nothing to do; the contact is sent first."
)
CONTACT_INVALID = _declare("record", "CONTACT-INVALID", "Dotdigital does not take this contact.", _FIX_RECORD)
VALUE_TOO_LONG = _declare("record", "VALUE-TOO-LONG", "A value is longer than a data field may be.", _FIX_RECORD)
COLLECTION_NOT_FOUND = _declare(
    "record", "COLLECTION-NOT-FOUND", "The collection does not exist yet.", "Nothing to do; the next import creates it."
)
RECORD_NOT_FOUND = _declare(
    "record", "RECORD-NOT-FOUND", "The account holds no such record.", "Nothing to do if it was to be removed."
)
NOT_FOUND = _declare(
    "record", "NOT-FOUND", "Dotdigital does not know what the call asks for.", "Run the account check."
)
ENROLMENT_INVALID = _declare(
    "record", "ENROLMENT-INVALID", "Nobody of this enrolment can be enrolled.", "Look at the contacts of the enrolment."
)
SEND_REFUSED = _declare(
    "record", "SEND-REFUSED", "Dotdigital does not send this message.", "Look at recipient and message."
)

IMPORT_NOT_FOUND = _declare(
    "unknown", "IMPORT-NOT-FOUND", "Dotdigital does not know this import.", "Nothing to do; what it held is compared."
)
