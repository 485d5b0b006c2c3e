"""What can go wrong in the ledger and with what it keeps."""

from dotbridge.errors import Code

KEY_FILE_MISSING = Code(
    "LED-KEY-MISSING",
    "The key file is missing; saved passwords and batches under way cannot be opened without it.",
    "Put the file back from its backup, or point DOTBRIDGE_KEY_FILE at it. Only if it is lost for good: start with a "
    "new one and enter all passwords again; batches under way are then read from the shop once more.",
)
KEY_FILE_BROKEN = Code(
    "LED-KEY-BROKEN", "The key file cannot be used.", "Put it back from its backup; every line is `version:key`."
)
KEY_FILE_UNWRITABLE = Code(
    "LED-KEY-UNWRITABLE",
    "A key cannot be written to the key file.",
    "Make room on its disk, or let the user of dotbridge write in its folder (DOTBRIDGE_KEY_FILE).",
)
SECRET_UNREADABLE = Code(
    "LED-SECRET-UNREADABLE",
    "A saved secret was sealed with a key that the key file does not hold.",
    "Put the right key file back, or enter the secret again.",
)
BODY_LOST = Code(
    "LED-BODY-LOST",
    "The stored body of a batch is missing or was altered.",
    "Nothing: its records are read from the shop and sent again.",
)
BODIES_AWAY = Code(
    "LED-BODIES-AWAY",
    "The place of the batch bodies cannot be written or read.",
    "Make room on the disk, or see that the bucket is there and may be used (DOTBRIDGE_BODIES); work goes on by itself.",
)
DISK_FULL = Code(
    "LED-DISK-FULL",
    "The database has no room on its disk.",
    "Make room; nothing was half written, and work goes on by itself.",
)
RIGHT_MISSING = Code(
    "LED-RIGHT-MISSING",
    "The database user may not write a table any more.",
    "Give it its rights back, best as the owner of the database; nothing was half written, and work goes on by itself.",
)
LEASE_LOST = Code(
    "LED-LEASE-LOST",
    "Another worker has taken the job over.",
    "Nothing: what was not committed is done again by that worker.",
)
CONTENDED = Code(
    "LED-CONTENDED",
    "Another worker was writing the same records at the same moment.",
    "Nothing: what was not committed is done again at once.",
)
KEY_TAKEN = Code(
    "LED-KEY-TAKEN",
    "Another record of the account has the same document key.",
    "Give one of the two connections a `key_prefix`, or correct the number in the shop.",
)
CONTACT_REFUSED = Code(
    "LED-CONTACT-REFUSED",
    "The person behind it was refused, so Dotdigital cannot hold the record.",
    "Correct the contact first; the record then follows by itself.",
)
CONTACT_EXCLUDED = Code(
    "LED-CONTACT-EXCLUDED",
    "The person behind it is left out by a rule of the merchant.",
    "Change the rule (`non_subscribers`) if the record should go; it follows when the person does.",
)
CONTACT_SUPPRESSED = Code(
    "LED-CONTACT-SUPPRESSED",
    "The person behind it is suppressed in Dotdigital.",
    "Nothing, unless the suppression is wrong: then lift it in Dotdigital.",
)
NOT_MAILABLE = Code(
    "LED-NOT-MAILABLE",
    "Dotdigital takes nothing of the person: a bounce, a complaint or a suppression.",
    "Nothing, unless it is wrong: then lift it in Dotdigital; what was held back follows.",
)
IMPORT_SHORT = Code(
    "LED-IMPORT-SHORT",
    "Dotdigital's report names neither success nor failure for the record, three times in a row.",
    "Retry it; if it stays so, ask Dotdigital's support with the import id of the batch.",
)
OWNER_CHANGED = Code(
    "LED-OWNER-CHANGED",
    "The record belongs to another person now.",
    "Nothing: it is taken out at the one and then sent for the other.",
)
STREAM_GONE = Code(
    "LED-STREAM-GONE",
    "The shop gives records no more that were read before.",
    "See that the tables or calls behind them are there and may be read; `dotbridge check` names them.",
)
SETTING_INVALID = Code(
    "LED-SETTING-INVALID", "A setting cannot take this value.", "docs/reference/settings.md lists what each one takes."
)
LISTS_ALIKE = Code(
    "LED-LISTS-ALIKE",
    "Two kinds of people would share one list.",
    "Choose a list of its own for the customers, the subscribers and the guests of each website of the account, or leave"
    " it out and let `dotbridge account prepare` make it.",
)
LIST_RESERVED = Code(
    "LED-LIST-RESERVED",
    "The list is one of Dotdigital's own, Test or All Contacts.",
    "Choose another list, or leave it out and let `dotbridge account prepare` make one.",
)
CONTACT_ERASED = Code(
    "LED-CONTACT-ERASED",
    "The person behind it was erased on their request.",
    "Nothing; only a record or consent dated later brings a person back.",
)
