"""Settings that an administrator changes while the service runs, kept in the record.

Carriers' secrets are sealed with the service's secret key: a stolen copy of the record tells none.
What the environment says goes before all of this; `House` puts both together.
"""

import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Annotated, Any

from pydantic import TypeAdapter, ValidationError
from sqlmodel import Session, select

from postal_tracker.access import sealed
from postal_tracker.settings import Settings
from postal_tracker.storage.tables import KeptSetting

log = logging.getLogger(__name__)

OF_THE_SERVICE = (
    "unaccepted_after_hours",
    "silent_after_hours",
    "office_hours",
    "escalate_after_hours",
    "escalate_to",
    "lock_after_minutes",
    "lock_after_minutes_admin",
    "idle_account_days",
    "people_kept_days",
    "password_length",
    "sign_in_rest_minutes",
    "sign_in_wrong_per_day",
    "disk_warning_mib",
    "security_contact",
)
"""Those of the service that may change while it runs: each is read anew wherever it is used."""

SECRETS = frozenset({"token", "signing_key", "password", "hook_secret", "hook_secret_next"})
"""Of a carrier's settings, those that are written and never shown."""

OF_CARRIERS = SECRETS | {"username", "customer_code", "rate_per_second"}
"""A carrier's address is none of them: whoever could change it would be sent the secrets."""


def of_carrier(carrier: str, field: str) -> str:
    """Return under which name a carrier's setting is kept."""
    return f"carriers.{carrier}.{field}"


def known(session: Session) -> dict[str, str]:
    """Return what is kept, secrets sealed."""
    return {row.name: row.value for row in session.exec(select(KeptSetting))}


def opened(kept: Mapping[str, str], secrets: Sequence[str]) -> tuple[dict[str, str], set[str]]:
    """Return what is kept in the clear, and the names of what no key of ours opens any more."""
    clear, lost = dict(kept), set[str]()
    for name in filter(_is_secret, kept):
        try:
            clear[name] = sealed.opened(kept[name], secrets, _purpose(name))
        except sealed.NotOurs:
            del clear[name]
            lost.add(name)
    return clear, lost


def put(settings: Settings, name: str, text: str | None) -> None:
    """Let a setting hold from now on, read as from the environment; None: its default.

    What cannot be right any more is left at the default.
    """
    value = Settings.model_fields[name].default
    if text is not None:
        with suppress(ValidationError):
            value = _read(name, text)
    setattr(settings, name, value)


def is_right(name: str, text: str) -> bool:
    """Tell whether a setting of the service can be that."""
    try:
        _read(name, text)
    except ValidationError:
        return False
    return True


def written(value: Any) -> str:
    """Return a setting as people write it; pairs as `silent=72, to_seal=8`."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key}={one}" for key, one in value.items())
    return str(value)


def pairs_of(text: str) -> dict[str, str]:
    """Read pairs as people write them: `H49.12=minh, H49.13=lan`."""
    pairs = [part.partition("=") for part in text.split(",") if part.strip()]
    return {key.strip(): one.strip() for key, _, one in pairs}


def _read(name: str, text: str) -> Any:
    """Raises ValidationError."""
    field = Settings.model_fields[name]
    kind: Any = field.annotation
    if field.metadata:
        kind = Annotated[kind, *field.metadata]
    value: Any = text
    if isinstance(field.default, Mapping):
        value = pairs_of(text)
    return TypeAdapter(kind).validate_python(value)


def keep(
    session: Session, name: str, text: str, *, secrets: Sequence[str], by: str, now: datetime
) -> None:
    """Keep a setting from now on; a secret is sealed."""
    value = sealed.seal(text, secrets, _purpose(name)) if _is_secret(name) else text
    row = KeptSetting(name=name, value=value, changed_at=now, changed_by=by)
    session.merge(row)


def forget(session: Session, name: str) -> None:
    """Let the environment or the default hold again; of what is not kept there is nothing to do."""
    if row := session.get(KeptSetting, name):
        session.delete(row)


def reseal(session: Session, secrets: Sequence[str]) -> None:
    """Seal with the newest key what an older one sealed: the older one may go then."""
    for row in session.exec(select(KeptSetting)):
        if not _is_secret(row.name) or not opened({row.name: row.value}, secrets[:1])[1]:
            continue
        text = opened({row.name: row.value}, secrets)[0].get(row.name)
        if text is None:
            log.error("a setting cannot be read: its secret key is gone", extra={"name_": row.name})
        else:
            row.value = sealed.seal(text, secrets, _purpose(row.name))
            session.add(row)


def _is_secret(name: str) -> bool:
    return name.rpartition(".")[2] in SECRETS


def _purpose(name: str) -> str:
    """Bind what is sealed to its place: nobody can put one carrier's secret under another."""
    return f"setting:{name}"
