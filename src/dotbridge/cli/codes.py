"""What can go wrong with what the commands start."""

from dotbridge.errors import Code

SERVER_DIED = Code("CLI-SERVER-DIED", "A server of the sandbox did not start.", "Its message stands above.")
PORT_TAKEN = Code("CLI-PORT-TAKEN", "The console cannot listen on its port.", "Choose another one with `--port`.")
BENCH_ABSENT = Code(
    "CLI-BENCH-ABSENT",
    "The benchmark is not part of the installed package.",
    "Run it from a checkout of the source, with `make bench`.",
)
CONNECTION_UNCLEAR = Code(
    "CLI-CONNECTION-UNCLEAR",
    "It is not clear which connection is meant.",
    "Name one with --connection; `dotbridge apply` makes connections.",
)
DESTINATION_UNCLEAR = Code(
    "CLI-DESTINATION-UNCLEAR",
    "A member of the destination cannot be understood.",
    "Write it as --destination name=value, or name=env:VARIABLE for a secret.",
)
