"""What the program says about itself: logs without personal data, and the named boundaries of the data path.

Any room may import this one; it knows none of the others, no database and no network. Values that must not be printed
are types here (``Secret``, ``Email``); the redaction in ``redaction.py`` is only the net below them.
"""
