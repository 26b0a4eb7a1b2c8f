"""Who may listen without https, and how https is done where no proxy does it."""

import ssl
from pathlib import Path
from typing import Any

from postal_tracker.settings import Settings, UnsafeSettings, is_loopback

IN_THE_CLEAR = (
    "served without https beyond this machine: passwords and dossiers can be read on their way"
)


def check_listening(settings: Settings) -> None:
    """Refuse to listen in a way that gives passwords away. Raises UnsafeSettings."""
    pair = _pair(settings)
    if pair:
        _check_pair(*pair)
    elif not (is_loopback(settings.host) or settings.behind_proxy or settings.plain_http):
        raise UnsafeSettings(
            f"At {settings.host} others could read passwords on their way. Set "
            "POSTAL_TLS_CERT_FILE and POSTAL_TLS_KEY_FILE to serve https; or POSTAL_BEHIND_PROXY="
            "true where your own proxy does it; or POSTAL_PLAIN_HTTP=true to go without."
        )


def is_in_the_clear(settings: Settings) -> bool:
    """Tell whether what is served leaves this machine unencrypted."""
    return not (_pair(settings) or is_loopback(settings.host) or settings.behind_proxy)


def uvicorn_options(settings: Settings) -> dict[str, Any]:
    """Return how uvicorn does https; nothing where it does not."""
    pair = _pair(settings)
    return {"ssl_certfile": pair[0], "ssl_keyfile": pair[1]} if pair else {}


def _pair(settings: Settings) -> tuple[Path, Path] | None:
    certificate, key = settings.tls_cert_file, settings.tls_key_file
    if certificate and key:
        return certificate, key
    if certificate or key:
        raise UnsafeSettings("Set both POSTAL_TLS_CERT_FILE and POSTAL_TLS_KEY_FILE, or neither.")
    return None


def _check_pair(certificate: Path, key: Path) -> None:
    try:
        # An empty password, or a key that is locked would be asked for at the terminal.
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(certificate, key, "")
    except ssl.SSLError as wrong:
        raise UnsafeSettings(
            f"{certificate} and {key} are no certificate with its key, in PEM and without a "
            f"password ({wrong.reason or 'unreadable'})."
        ) from None
    except OSError as missing:
        raise UnsafeSettings(
            f"The certificate or its key cannot be opened ({missing.strerror})."
        ) from None
