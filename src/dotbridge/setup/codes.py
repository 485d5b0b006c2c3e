"""What can be wrong with a configuration."""

from dotbridge.errors import Code

CONFIGURATION_INVALID = Code(
    "CFG-CONFIGURATION",
    "The configuration cannot be applied.",
    "Correct the named place; nothing was written. docs/how-to/apply-configuration.md shows the whole form.",
)
NOT_CONFIRMED = Code(
    "CFG-NOT-CONFIRMED",
    "Sending people who are no newsletter subscribers needs a person who confirms the legal basis.",
    "Put `confirmed_by:` with that person's name beside the `settings:` that hold `non_subscribers: send`; nothing was"
    " written.",
)
KEYS_COLLIDE = Code(
    "CFG-KEYS-COLLIDE",
    "Two shops would write documents under the same keys.",
    "Give all but one of them a `key_prefix` (for instance `eu-`); nothing was written or sent.",
)
