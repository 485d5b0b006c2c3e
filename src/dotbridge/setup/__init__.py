"""Bringing an installation up, and its configuration as code: what every door does first, or lets a person do."""
