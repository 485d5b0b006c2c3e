"""Batch bodies in an S3-compatible bucket, chosen by one variable; the service is moto, on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from django.core.files.storage import storages
from django.test import override_settings
from moto.server import ThreadedMotoServer

from dotbridge.config import environment
from dotbridge.errors import ConfigError, RetryableError
from dotbridge.ledger import bodies
from dotbridge.ledger.codes import BODIES_AWAY, BODY_LOST
from dotbridge.ledger.keys import create_keyring, keyring

FRAMES = [("a", b'{"key":"a"}'), ("b", b'{"key":"b"}')]


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(service: str, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "northwind")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("DOTBRIDGE_BODIES", f"s3://northwind/ledger?endpoint_url={service}")
    settings.KEY_FILE = str(tmp_path / "keys")
    keyring.cache_clear()
    create_keyring()
    client = boto3.client("s3", endpoint_url=service)
    client.create_bucket(Bucket="northwind", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    chosen = environment.bodies("DOTBRIDGE_BODIES", tmp_path)
    with override_settings(STORAGES={**settings.STORAGES, "bodies": chosen}):
        storages.__dict__.pop("backends", None)
        storages._storages.clear()
        yield client
    storages.__dict__.pop("backends", None)
    storages._storages.clear()
    keyring.cache_clear()
    for one in client.list_objects_v2(Bucket="northwind").get("Contents", []):
        client.delete_object(Bucket="northwind", Key=one["Key"])
    client.delete_bucket(Bucket="northwind")


def test_a_body_goes_to_the_bucket_sealed_and_comes_back(bucket: Any) -> None:
    stored = bodies.store(7, FRAMES)
    (held,) = bucket.list_objects_v2(Bucket="northwind")["Contents"]
    assert held["Key"] == f"ledger/{stored.name}"
    assert b"key" not in bucket.get_object(Bucket="northwind", Key=held["Key"])["Body"].read()
    assert list(bodies.frames(bodies.load(stored.name, stored.sha256))) == FRAMES
    assert bodies.stored_names() == {stored.name}
    assert bodies.stored_at(stored.name) > 0
    bodies.drop([stored.name, "gone"])
    assert bodies.stored_names() == set()


def test_a_body_that_is_gone_is_read_from_the_shop_again(bucket: Any) -> None:
    stored = bodies.store(7, FRAMES)
    bucket.delete_object(Bucket="northwind", Key=f"ledger/{stored.name}")
    with pytest.raises(RetryableError) as raised:
        bodies.load(stored.name, stored.sha256)
    assert raised.value.code is BODY_LOST


def test_a_lost_bucket_makes_work_wait_and_says_so(bucket: Any) -> None:
    bucket.delete_bucket(Bucket="northwind")
    with pytest.raises(RetryableError) as raised:
        bodies.store(7, FRAMES)
    assert raised.value.code is BODIES_AWAY
    assert "NoSuchBucket" in str(raised.value)
    bucket.create_bucket(Bucket="northwind", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    bodies.store(7, FRAMES)


@pytest.mark.parametrize("place", ["s3://", "ftp://northwind/bodies"])
def test_a_place_that_cannot_be_is_refused_at_the_start(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOTBRIDGE_BODIES", place)
    with pytest.raises(ConfigError, match="DOTBRIDGE_BODIES"):
        environment.bodies("DOTBRIDGE_BODIES", tmp_path)
