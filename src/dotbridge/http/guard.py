"""Keeps calls out of private networks: a host name is resolved once, checked, and the checked address is dialled.

Checking the name and then dialling the name again would let a name server answer differently the second time.
"""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from dotbridge.errors import ConfigError
from dotbridge.http.codes import ADDRESS_PRIVATE, NAME_UNKNOWN
from dotbridge.http.errors import Transient

_NAT64 = IPv6Network("64:ff9b::/96")


def resolve(host: str, port: int, *, allow_private: bool) -> list[str]:
    """The addresses of ``host``, in the order to be tried; refused as a whole if one of them is not public.

    A name with public and private addresses at once is how rebinding looks; hence the whole name is refused.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        raise Transient(NAME_UNKNOWN, f"Host {host}.") from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not allow_private:
        for address in addresses:
            if not is_public(address):
                raise ConfigError(ADDRESS_PRIVATE, f"Host {host} leads to {address}.")
    return addresses


def is_public(address: str) -> bool:
    """Whether an IPv4 or IPv6 address belongs to the open internet, looking through IPv4-in-IPv6 wrappings."""
    bare = _unwrapped(ip_address(address.partition("%")[0]))
    return bare.is_global and not bare.is_multicast and not bare.is_reserved


def _unwrapped(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None) or address
