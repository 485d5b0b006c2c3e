"""What can go wrong with what the commands start."""

from dotbridge.errors import Code

SERVER_DIED = Code("CLI-SERVER-DIED", "A server of the sandbox did not start.", "Its message stands above.")
PORT_TAKEN = Code("CLI-PORT-TAKEN", "The console cannot listen on its port.", "Choose another one with `--port`.")
DATABASE_LOCAL = Code(
    "CLI-DATABASE-LOCAL",
    "Workers in processes of their own need a database that they can share.",
    "Move to PostgreSQL with `dotbridge move` and set DOTBRIDGE_DATABASE; or use `dotbridge up`, which needs no service.",
)
BROKER_UNSET = Code(
    "CLI-BROKER-UNSET",
    "No broker is named for workers in processes of their own.",
    "Set DOTBRIDGE_BROKER to amqp://user:password@host/vhost; or use `dotbridge up`, which needs none.",
)
BROKER_AWAY = Code(
    "CLI-BROKER-AWAY",
    "The broker does not answer, or refuses us.",
    "Correct DOTBRIDGE_BROKER, or start RabbitMQ; the user needs all rights on the virtual host.",
)
ENGINE_ABSENT = Code(
    "CLI-ENGINE-ABSENT",
    "The parts for workers in processes of their own are not installed.",
    "Install dotbridge with the extra `distributed`.",
)
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
