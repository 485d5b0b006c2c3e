"""A faithful stand-in for Dotdigital's API: v2 and v3 over one state, on SQLite, with a clock and faults on demand.

It answers only calls that the contract knows; its own controls live under ``/sandbox/`` and its page under ``/``.
Where the contract is silent, ``docs/reference/sandbox.md`` says what was decided. It must not know dotbridge.
"""
