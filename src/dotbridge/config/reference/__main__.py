"""`python -m dotbridge.config.reference FOLDER` writes every page into the folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import django


def main(folder: Path) -> None:
    """Writes the pages; the installation's own data is not touched."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dotbridge.config.settings")
    django.setup()
    # Models want Django first.
    from dotbridge.config.reference.pages import PAGES

    folder.mkdir(parents=True, exist_ok=True)
    for name, write in PAGES.items():
        (folder / name).write_text(write())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
