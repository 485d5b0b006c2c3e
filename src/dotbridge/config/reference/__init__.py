"""The reference pages, written from the code that they describe: `make docs` writes them, a test compares them.

One file writes one page. It stands in the composition root because it may look into every room; no room knows it.
"""
