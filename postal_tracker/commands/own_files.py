"""Where a centre's own files stand: its record on SQLite, and the secret key beside it."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from postal_tracker.settings import Settings


def database_file(url: str) -> Path | None:
    """Return the file of a SQLite address; None if it has none."""
    made = make_url(url)
    if made.get_backend_name() != "sqlite" or made.database in (None, "", ":memory:"):
        return None
    return Path(str(made.database))


def own_key_file(settings: Settings) -> Path | None:
    """Return where a centre's own secret key stands that `serve` made: beside a SQLite record."""
    with suppress(ArgumentError):  # said elsewhere
        record = database_file(settings.database_url)
        return record.with_name("secret.key") if record else None
    return None


def with_own_key(settings: Settings) -> Settings:
    """Return the settings with the key that `serve` made, unless another is set."""
    file = own_key_file(settings)
    if settings.secret_key.get_secret_value() or file is None or not file.exists():
        return settings
    own = SecretStr(file.read_text(encoding="utf-8").strip())
    return settings.model_copy(update={"secret_key": own})


def private_files(settings: Settings) -> Iterable[Path]:
    """Return the files of this service that are nobody else's to read."""
    record = database_file(settings.database_url)
    if record:
        yield from (record.with_name(record.name + end) for end in ("", "-wal", "-shm"))
    yield from filter(None, (own_key_file(settings), settings.tls_key_file))
    yield Path(".env")
