"""What may stand for a printer's place: `host:port` on the network, or the name of a CUPS queue."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.?")

# CUPS forbids blanks, `/` and `#`; a leading `-` would be read as an option of `lp`.
_QUEUE = re.compile(r"[A-Za-z0-9_.][A-Za-z0-9_.@+-]{0,126}")

_LONGEST_HOST = 253


def host_and_port(address: str) -> tuple[str, int]:
    """Return both parts of `192.168.1.40:9100`, `zebra.office.lan:9100` or `[fd00::9]:9100`.

    Raises ValueError if it is anything more or less.
    """
    parts = urlsplit(f"//{address}")
    host, port = parts.hostname or "", parts.port
    plain = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    if plain != address.lower() or not port or not _is_host(host):
        raise ValueError("not a host and a port")
    return host, port


def _is_host(host: str) -> bool:
    if ":" in host or re.fullmatch(r"[0-9.]+", host):
        return bool(ip_address(host))
    return len(host) <= _LONGEST_HOST and _HOST.fullmatch(host) is not None


def is_queue(name: str) -> bool:
    """Tell whether this can be a queue's name, and nothing that `lp` would take for an option."""
    return _QUEUE.fullmatch(name) is not None
