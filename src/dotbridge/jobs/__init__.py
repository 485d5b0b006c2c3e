"""When which work is done: jobs under a lease, their schedule, and the threads that work.

The job table is the truth. A claim is one UPDATE that gives a token, every effect is idempotent, and whatever wakes a
worker (a timer, a message, a person) may be lost or doubled without harm.
"""
