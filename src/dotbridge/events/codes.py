"""What can be wrong with a post to the event door, beside what the platforms' forms declare."""

from dotbridge.errors import Code

TOO_LARGE = Code("EVT-TOO-LARGE", "A post to the event door is too large.", "Send at most 1 MB; ids are enough.")
FORM_UNKNOWN = Code(
    "EVT-FORM-UNKNOWN",
    "The form of the post is none that this connection takes.",
    "docs/how-to/events.md shows the plain signed form, which every connection takes.",
)
