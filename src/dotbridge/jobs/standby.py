"""Of several schedulers one is at work; the others stand by and take over when its session ends."""

from __future__ import annotations

from django.db import connection

#: Number of the advisory lock: "dotbridg" in ASCII, cut to a positive bigint.
_LOCK = int.from_bytes(b"dotbridg", "big") >> 1


class Standby:
    """Holds PostgreSQL's advisory lock for as long as this thread's connection lives."""

    def __init__(self) -> None:
        self._session: object = None

    def is_active(self) -> bool:
        """Whether this is the one scheduler at work now; asks for the place where nobody has it."""
        connection.ensure_connection()
        if self._session is connection.connection:
            with connection.cursor() as cursor:  # the session must be alive, or another may have the place already
                cursor.execute("SELECT 1")
            return True
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", (_LOCK,))
            taken = bool(cursor.fetchone()[0])
        self._session = connection.connection if taken else None
        return taken
