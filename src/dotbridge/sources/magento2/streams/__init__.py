"""One file a stream; how a list is read without losing a row stands in ``listing``."""
