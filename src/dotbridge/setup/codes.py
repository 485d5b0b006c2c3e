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
MOVE_BUSY = Code(
    "SET-MOVE-BUSY",
    "A worker is at work in the installation that is to be moved.",
    "Stop `dotbridge up` and all commands; a worker that was killed counts for three minutes.",
)
MOVE_TARGET_USED = Code(
    "SET-MOVE-TARGET", "The database to move to holds an installation already.", "Name an empty database."
)
MOVE_COUNTS = Code(
    "SET-MOVE-COUNTS",
    "The two databases differ after the move.",
    "Run the move again; the old installation works as before.",
)
MOVE_UNFINISHED = Code(
    "SET-MOVE-UNFINISHED",
    "An installation is being moved into this database, and not all of it is there.",
    "Let `dotbridge move` end, or run it again.",
)
MOVED_AWAY = Code(
    "SET-MOVED",
    "This installation was moved to another database.",
    "Set DOTBRIDGE_DATABASE to that one. To go back to this one all the same, resume its jobs and accounts.",
)
BACKUP_UNREADABLE = Code(
    "SET-BACKUP-UNREADABLE",
    "The file is no backup that this version can read.",
    "Restore it with the version that made it, then upgrade.",
)
RESTORE_TARGET_USED = Code(
    "SET-RESTORE-TARGET",
    "A backup is restored into an empty installation alone.",
    "Name an empty data folder (DOTBRIDGE_DATA) or database (DOTBRIDGE_DATABASE).",
)
