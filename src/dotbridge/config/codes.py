"""What can be wrong with the installation itself."""

from dotbridge.errors import Code

ENVIRONMENT_INVALID = Code(
    "CFG-ENVIRONMENT",
    "A setting of the environment cannot be used.",
    "Correct the variable; docs/reference/environment.md lists them all.",
)
