"""What can happen to a batch or a record at Dotdigital, beside what the client itself declares."""

from dotbridge.errors import Code

ACCOUNT_NOT_SURVEYED = Code(
    "IMP-NOT-SURVEYED",
    "Nothing is sent to an account that was not looked at first.",
    "Run `dotbridge account check` and `dotbridge account prepare`.",
)
ACCOUNT_PAUSED = Code("IMP-PAUSED", "A person has paused the account.", "Resume it when the reason is gone.")
OUTCOME_UNKNOWN = Code(
    "IMP-OUTCOME-UNKNOWN",
    "The connection broke after the batch may have arrived.",
    "Nothing: its records are sent once more when the import can no longer be under way.",
)
IMPORT_LATE = Code(
    "IMP-LATE",
    "The import has been running for longer than imports do.",
    "Nothing: its records are sent again, and once more should the late import end after all.",
)
REPORT_UNCLEAR = Code(
    "IMP-REPORT-UNCLEAR",
    "The figures of a file's report do not add up to what was sent.",
    "Nothing: whoever is not refused for good goes once more by an import whose report names everybody.",
)

_FIX = "Correct the value in the shop; the next sync sends it again."
_PERSON = "Nothing, unless it is wrong: then lift it in Dotdigital."


def _contact(reason: str, what: str, todo: str = _FIX) -> Code:
    return Code(f"IMP-CONTACT-{reason.upper().replace('_', '-')}", what, todo)


#: Why a contact of an import was refused, by the client's word for it.
CONTACT_REASONS: dict[str, Code] = {
    "invalid_email": _contact("invalid_email", "Dotdigital does not take this e-mail address."),
    "duplicate": _contact("duplicate", "The same person stood twice in one import.", "Retry the contact."),
    "failure": _contact("failure", "Dotdigital could not take the contact.", "Retry it; ask support if it stays so."),
    "schema_violation": _contact("schema_violation", "A value does not have the form that Dotdigital wants."),
    "invalid_contact_id": _contact("invalid_contact_id", "Dotdigital does not know the contact's id.", "Retry it."),
    "invalid_phone_number": _contact("invalid_phone_number", "Dotdigital does not take this telephone number."),
    "invalid_contact": _contact("invalid_contact", "Dotdigital does not take this contact."),
    "invalid_list": _contact("invalid_list", "A list does not exist any more.", "Run `dotbridge account check`."),
    "invalid_identifier": _contact("invalid_identifier", "Dotdigital cannot find the contact by its address."),
    "invalid_status": _contact("invalid_status", "Dotdigital does not take the contact's status.", "Report this."),
    "unsubscribed": _contact("unsubscribed", "The person has unsubscribed.", _PERSON),
    "left_list": _contact("left_list", "The person has left one of the lists.", _PERSON),
    "globally_suppressed": _contact("globally_suppressed", "The address is on the global suppression list.", _PERSON),
    "hard_bounced": _contact("hard_bounced", "Mail to the address has bounced for good.", _PERSON),
    "soft_bounced": _contact("soft_bounced", "Mail to the address bounces at the moment.", _PERSON),
    "isp_complained": _contact("isp_complained", "The person has complained about mail.", _PERSON),
    "mail_blocked": _contact("mail_blocked", "The receiving server blocks mail.", _PERSON),
    "domain_suppressed": _contact("domain_suppressed", "The domain is suppressed in the account.", _PERSON),
    "suppressed_by_owner": _contact("suppressed_by_owner", "The account's owner suppressed the person.", _PERSON),
    "blocked": _contact("blocked", "Dotdigital blocks this address.", _PERSON),
    "pending_opt_in": _contact("pending_opt_in", "The person has not confirmed yet.", "Nothing; it may still come."),
}
CONTACT_OTHER = _contact("other", "Dotdigital refused the contact.")


def _insight(reason: str, what: str, todo: str = _FIX) -> Code:
    return Code(f"IMP-INSIGHT-{reason.upper().replace('_', '-')}", what, todo)


#: Why a record of an insight import was refused (contract dotdigital-api §15.6), by the client's word for it.
INSIGHT_REASONS: dict[str, Code] = {
    "invalid_client_key": _insight("invalid_client_key", "Dotdigital does not take the record's key."),
    "invalid_contact_identifier": _insight("invalid_contact_identifier", "Dotdigital cannot read whose record it is."),
    "invalid_json": _insight("invalid_json", "Dotdigital cannot read the document.", "Report this."),
    "duplicate_key": _insight("duplicate_key", "The key stood twice in one import.", "Retry the record."),
    "json_key_too_long": _insight("json_key_too_long", "A member's name is too long.", "Shorten the option's name."),
    "json_key_invalid_characters": _insight("json_key_invalid_characters", "A member's name has forbidden signs."),
    "json_value_too_long": _insight("json_value_too_long", "A text is longer than Dotdigital takes."),
    "json_number_value_too_large": _insight("json_number_value_too_large", "A number is larger than Dotdigital takes."),
    "json_value_incompatible_with_schema": _insight(
        "json_value_incompatible_with_schema",
        "A member has another type than the records that the collection holds.",
        "Run `dotbridge account check`; the collection may have been begun by another connector.",
    ),
    "json_does_not_match_schema": _insight(
        "json_does_not_match_schema",
        "The document does not fit what the collection holds.",
        "Run `dotbridge account check`; the collection may have been begun by another connector.",
    ),
    "json_contains_dash_underscore_clash": _insight(
        "json_contains_dash_underscore_clash", "Two names differ only by dash and underscore.", "Rename the option."
    ),
    "json_contains_nested_array": _insight("json_contains_nested_array", "A list stands in a list.", "Report this."),
    "inconsistent_types": _insight("inconsistent_types", "A list holds values of several types.", "Report this."),
    "too_many_distinct_key_value_pairs": _insight(
        "too_many_distinct_key_value_pairs",
        "The collection holds too many different members.",
        "Send fewer attributes or options (`orders.custom_options`).",
    ),
    "key_existing_for_different_contact": _insight(
        "key_existing_for_different_contact",
        "Another person's record in Dotdigital has this key.",
        "Remove that record in Dotdigital, or give the connection a `key_prefix`; then retry.",
    ),
    "missing_collection": _insight("missing_collection", "The collection does not exist.", "Retry the record."),
}
INSIGHT_OTHER = _insight("other", "Dotdigital refused the record.")
