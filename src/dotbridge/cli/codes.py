"""What can go wrong with what the commands start."""

from dotbridge.errors import Code

SERVER_DIED = Code("CLI-SERVER-DIED", "A server of the sandbox did not start.", "Its message stands above.")
