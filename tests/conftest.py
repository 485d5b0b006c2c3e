"""What all tests share: the installation's own folder is a temporary one, and `shared/` is found or named as missing."""

from __future__ import annotations

import os
import tempfile

_DATA = tempfile.TemporaryDirectory(prefix="dotbridge-tests-")
os.environ["DOTBRIDGE_DATA"] = _DATA.name
