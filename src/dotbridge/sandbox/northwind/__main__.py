"""``python -m dotbridge.sandbox.northwind``: make the shop if its file is empty, then serve it until told to end."""

from __future__ import annotations

import signal
import sys
import threading
from pathlib import Path
from types import FrameType

import click
import orjson

from dotbridge.sandbox.northwind import history, instants
from dotbridge.sandbox.northwind.application import Northwind
from dotbridge.sandbox.northwind.living import Life
from dotbridge.sandbox.northwind.rest.authorisation import Credentials
from dotbridge.sandbox.northwind.server import Server
from dotbridge.sandbox.northwind.shop import Shop

_DEFAULTS = history.Sizes()


@click.command()
@click.option("--port", default=0, help="Port on 127.0.0.1; 0 takes a free one.")
@click.option("--database", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The shop's file.")
@click.option("--seed", default=7, help="The same seed makes the same shop. A file that exists keeps its own.")
@click.option("--until", help="End of the shop's past, YYYY-MM-DD HH:MM:SS in UTC; the start of today if left out.")
@click.option("--customers", default=_DEFAULTS.customers, help="Registrations in the past.")
@click.option("--orders", default=_DEFAULTS.orders, help="Orders in the past.")
@click.option("--products", default=_DEFAULTS.products, help="Products of all types.")
@click.option("--carts", default=_DEFAULTS.carts, help="Carts that were left.")
@click.option("--living", type=float, help="Let something happen every so many seconds.")
@click.option("--maximum-page-size", type=int, help="Switch Magento's input limit on, usually 300.")
def main(  # noqa: PLR0917 - one parameter per option, passed by name
    port: int,
    database: Path,
    seed: int,
    until: str | None,
    customers: int,
    orders: int,
    products: int,
    carts: int,
    living: float | None,
    maximum_page_size: int | None,
) -> None:
    """The sample shop Northwind, answering as Magento 2 on loopback. Prints one JSON line when ready."""
    shop = Shop(database)
    if shop.meta("seed") is None:
        sizes = history.Sizes(customers, orders, products, carts)
        history.write(shop, seed, until or f"{instants.now()[:10]} 00:00:00", sizes)
    credentials = Credentials.of(shop.meta("seed") or str(seed))
    server = Server(port, Northwind(shop, credentials, maximum_page_size=maximum_page_size), shop.close)
    life = Life(shop, living) if living else None
    if life:
        life.start()
    ready = {"url": server.url, "port": server.server_port, "bearer": credentials.token, "limited": credentials.limited}
    sys.stdout.write(orjson.dumps(ready | {"oauth": credentials.oauth()}).decode() + "\n")
    sys.stdout.flush()

    def end(_signal: int, _frame: FrameType | None) -> None:
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    server.serve_forever(poll_interval=0.1)
    if life:
        life.stop()
    server.server_close()
    shop.close()


if __name__ == "__main__":
    main()
