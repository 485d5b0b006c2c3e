"""Stand-ins for the other side, each in its own process on its own file.

The demo and the tests talk to them over real HTTP, and so may any other client. A sandbox knows the platform's
contract and nothing of dotbridge: it imports none of the other rooms, so that it can never agree with them by accident.
"""
