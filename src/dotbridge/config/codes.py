"""What can be wrong with the installation itself."""

from dotbridge.errors import Code

ENVIRONMENT_INVALID = Code(
    "CFG-ENVIRONMENT",
    "A setting of the environment cannot be used.",
    "Correct the variable; docs/reference/environment.md lists them all.",
)
CONFIGURATION_INVALID = Code(
    "CFG-CONFIGURATION",
    "The configuration cannot be applied.",
    "Correct the named place; nothing was written. docs/reference/configuration.md shows the whole form.",
)
KEYS_COLLIDE = Code(
    "CFG-KEYS-COLLIDE",
    "Two shops would write documents under the same keys.",
    "Give all but one of them a `key_prefix` (for instance `eu-`); nothing was written or sent.",
)
