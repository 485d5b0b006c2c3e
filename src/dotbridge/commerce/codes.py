"""What can be wrong with a shop's record, whatever the platform."""

from dotbridge.errors import Code

EMAIL_INVALID = Code(
    "COM-EMAIL-INVALID",
    "The e-mail address cannot receive mail.",
    "Correct it in the shop; the record is sent at the next sync.",
)
