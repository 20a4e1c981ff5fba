"""Networks: what address of a voter counts as one, and the key under which a store knows it for one period.

An IPv4 network is one address. An IPv6 network is a /48: whoever wants many networks gets a /48 from a tunnel broker
for nothing, which has 65,536 /64s or 256 /56s (RFC 6177 and RIPE-690 tell providers to give homes a /56 or a /48). The
price is that some customers of a provider share a network, as those behind one IPv4 address do; Let's Encrypt limits
new accounts by IPv4 address and IPv6 /48 for the same reason (https://letsencrypt.org/docs/rate-limits/).

A store has one secret for a period, from its first vote until ``arena seal`` takes the period's votes into the log,
and knows a network by its hash under that secret only. Sealing puts a new secret in its place. From then on nobody can
tell which address a key was of, nor whether a network of this period was there in an earlier one.
"""

from __future__ import annotations

import hmac
import ipaddress
from functools import cached_property

from sqlalchemy import Connection, select, text, update

from arena.errors import StoreError
from arena.votes.store.schema import limits, secrets

PERIOD_SECRET = "period"  # noqa: S105 - the name of one
"""The name of the present period's secret in the table of secrets."""
SECRET_BYTES = 32
IPV6_PREFIX = 48
UNKNOWN_NETWORK = "unknown"
NETWORK_LIMITS = "network "
"""What the keys of limits that count by network begin with; sealing deletes these."""

NAT64 = ipaddress.ip_network("64:ff9b::/96")
"""Where translators put IPv4 clients of an IPv6 server (RFC 6052): the last 32 bits are the client's address."""


def network_of(address: str | None) -> str:
    """The network that an address belongs to: an IPv4 address, or an IPv6 /48; what is no address is ``unknown``.

    Where an IPv6 address has an IPv4 address in it (mapped, NAT64, Teredo) it is that one's.
    """
    try:
        parsed = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return UNKNOWN_NETWORK
    if isinstance(parsed, ipaddress.IPv6Address):
        within = parsed.ipv4_mapped or (parsed.teredo and parsed.teredo[1])
        if parsed in NAT64:
            within = ipaddress.IPv4Address(int(parsed) & 0xFFFF_FFFF)
        if within is None:
            return str(ipaddress.ip_network(f"{parsed}/{IPV6_PREFIX}", strict=False))
        parsed = within
    return str(parsed)


def network_key(secret: bytes, network: str) -> str:
    """The key of a network under a period's secret, 32 hex digits; an empty one stays empty: not known.

    ``network`` is what ``network_of`` says, or any other text that is the same for the same network.
    """
    if not network:
        return ""
    # Keyed: all four billion IPv4 addresses could be hashed without the secret, and compared.
    return hmac.digest(secret, b"arena.network\0" + network.encode(), "sha256").hex()[:32]


class NetworkKeys:
    """The keys of networks within one transaction that writes, under the secret of the period it falls into.

    Read when the first key is asked for. Nobody can seal between that and the end of the transaction, so that nothing
    is written under a secret that was erased.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._made = {"": ""}

    def key(self, network: str) -> str:
        """See ``network_key``. Raises ``StoreError`` where the store has no secret yet: ``start_periods`` makes it."""
        if network not in self._made:
            self._made[network] = network_key(self._secret, network)
        return self._made[network]

    @cached_property
    def _secret(self) -> bytes:
        if self._connection.dialect.name == "postgresql":
            # Held by all who write votes at once, and waited for by the seal in its turn. A lock of the row would let
            # writers in for ever before the seal. SQLite has one writer, who holds the database.
            self._connection.execute(text("LOCK TABLE secrets IN SHARE MODE"))
        secret = self._connection.execute(select(secrets.c.value).where(secrets.c.name == PERIOD_SECRET)).scalar()
        if secret is None:
            raise StoreError("has no secret for networks yet", hint="arena serve makes one when it starts")
        return bytes(secret)


def begin_period(connection: Connection, secret: bytes) -> None:
    """Put a new secret in the place of the present period's, and forget what limits knew of its networks."""
    connection.execute(update(secrets).where(secrets.c.name == PERIOD_SECRET).values(value=secret))
    connection.execute(limits.delete().where(limits.c.key.startswith(NETWORK_LIMITS, autoescape=True)))
