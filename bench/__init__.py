"""How fast dotbridge is, measured against a floor of its own: the shortest programs that do the same job.

``python -m bench`` makes a Magento-1-shaped store in a private MariaDB and runs plain floor, floor with obligations and
product turn about, each in a fresh process. CPU per order and its ratios are what counts; wall time is not. The floor
uses nothing of the product, and the product nothing of the floor.
"""

import sys
from pathlib import Path

#: Where the private servers are, which the tests use as well.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
