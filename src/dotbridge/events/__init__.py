"""The door where shops tell what has happened: verified, kept, and answered; the live lane then reads it again.

One address for each connection, whatever its platform. Nothing is taken at its word but the ids.
"""
