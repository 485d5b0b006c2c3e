"""What can be wrong with a configuration."""

from dotbridge.errors import Code

CONFIGURATION_INVALID = Code(
    "CFG-CONFIGURATION",
    "The configuration cannot be applied.",
    "Correct the named place; nothing was written. docs/how-to/apply-configuration.md shows the whole form.",
)
KEYS_COLLIDE = Code(
    "CFG-KEYS-COLLIDE",
    "Two shops would write documents under the same keys.",
    "Give all but one of them a `key_prefix` (for instance `eu-`); nothing was written or sent.",
)
DATABASE_AWAY = Code(
    "CFG-DATABASE-AWAY",
    "The database cannot be used.",
    "See that it runs and that DOTBRIDGE_DATABASE names it with the right user and password; on SQLite, that the disk "
    "has room.",
)
DATABASE_RIGHTS = Code(
    "CFG-DATABASE-RIGHTS",
    "The database user may not make or change tables.",
    "Make the user the owner of the database: `ALTER DATABASE name OWNER TO user`.",
)
DATABASE_NEWER = Code(
    "CFG-DATABASE-NEWER",
    "The database belongs to a newer version of dotbridge.",
    "Install that version here as well; one that is older may finish its turns but not be started.",
)
