"""Which Host and Origin a request may carry. Strings are compared whole: no prefixes, no patterns."""

import ipaddress
from dataclasses import dataclass

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class HostRules:
    """The names under which this server is known. ``allowed`` are those a person added (``--allow-host``).

    ``addresses``: any bare IP address with our port names us, for a server that listens on all of them. That is no
    hole for DNS rebinding, which needs a name.
    """

    port: int
    scheme: str
    names: tuple[str, ...]
    allowed: tuple[str, ...] = ()
    addresses: bool = False
    public: str = ""
    """The address under which a proxy serves us (``https://name[:port]``), without a path."""
    cors: tuple[str, ...] = ()
    """Origins of other pages that may ask us (``--enable-cors-header``)."""

    def host_is_known(self, host: str) -> bool:
        """Whether the raw ``Host`` header names us. An added name without port is known on any port."""
        value = host.lower()
        if self._is_own(value) or (self.public and self.public.partition("://")[2] == value):
            return True
        name, _, port = value.rpartition(":")
        bare = name if name and port.isdigit() and not name.endswith(":") else value
        return any(value == item or bare == item for item in self.allowed)

    def origin_is_ours(self, origin: str, host: str) -> bool:
        """Whether ``origin`` is the page that we served under this very Host.

        Behind a proxy (an added name) the browser may speak https while we are spoken to in http.
        """
        value = host.lower()
        if self.public and self.public.partition("://")[2] == value:
            return origin == self.public
        schemes = (self.scheme,) if self._is_own(value) else ("http", "https")
        return any(origin == f"{scheme}://{value}" for scheme in schemes)

    def _is_own(self, value: str) -> bool:
        return value in self._own() or (self.addresses and value.endswith(f":{self.port}") and _is_address(value))

    def _own(self) -> set[str]:
        with_port = {f"{name}:{self.port}" for name in self.names}
        return with_port | set(self.names) if self.port == DEFAULT_PORTS[self.scheme] else with_port


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.rpartition(":")[0].strip("[]"))
    except ValueError:
        return False
    return True
