"""Amazon SQS on this machine: moto's server, and one queue as the platform that writes into it sees it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from logging import WARNING, getLogger

import boto3
from moto.server import ThreadedMotoServer

_LOGIN = {"aws_access_key_id": "northwind", "aws_secret_access_key": "sesame-7", "region_name": "us-east-1"}


@contextmanager
def amazon_sqs() -> Iterator[str]:
    """The address of a running service."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    getLogger("werkzeug").setLevel(WARNING)  # which says a line for each call
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()


class Sqs:
    """One queue, seen from the platform's side."""

    def __init__(self, service: str) -> None:
        self.client = boto3.client("sqs", endpoint_url=service, **_LOGIN)
        # A message that was pulled and not deleted comes again after a second.
        made = self.client.create_queue(QueueName="commercetools", Attributes={"VisibilityTimeout": "1"})
        self.address = f"{service}/123456789012/commercetools"
        assert made["QueueUrl"].endswith("/123456789012/commercetools")
        self.settings = {
            "event_queue": self.address,
            "event_queue_user": "northwind",
            "event_queue_secret": "sesame-7",
            "allow_private": True,
        }

    def put(self, *bodies: str) -> None:
        for body in bodies:
            self.client.send_message(QueueUrl=self.address, MessageBody=body)

    def left(self) -> int:
        """Messages that were not deleted."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.client.get_queue_attributes(QueueUrl=self.address, AttributeNames=names)["Attributes"]
        return sum(int(found[name]) for name in names)

    def comes_again(self) -> None:
        """The time for which nobody else sees what was pulled has passed."""
        names = ["ApproximateNumberOfMessagesNotVisible"]
        read = self.client.get_queue_attributes
        while int(read(QueueUrl=self.address, AttributeNames=names)["Attributes"][names[0]]):
            time.sleep(0.1)

    def empty(self) -> None:
        self.client.delete_queue(QueueUrl=self.address)
