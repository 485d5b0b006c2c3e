"""What was odd about a record that is taken all the same: it becomes a warning, never a rejection."""

from __future__ import annotations

from typing import TypeAlias

#: (id of the code that explains it, field, text for a person).
Notice: TypeAlias = tuple[str, str, str]
