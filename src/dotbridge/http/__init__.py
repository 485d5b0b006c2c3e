"""One HTTP client for every other side: time-outs, retries, budgets and the guard of private addresses in one place.

It knows no platform: what an error body means is told by a function that the platform's room passes in (``explain``).
"""
