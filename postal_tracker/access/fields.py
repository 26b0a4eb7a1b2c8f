"""What an account or a key must be like: usernames, names, offices."""

import re
import unicodedata

from sqlmodel import Session, col, select

from adapters.bounds import is_bearable
from postal_tracker.core.problems import FieldFault, Invalid, no_such
from postal_tracker.core.text import fault, meant, visible
from postal_tracker.storage.tables import Office


def invalid(field: str, vi: str, en: str) -> Invalid:
    return Invalid(f"bad-{field.replace('_', '-')}", vi, en, [FieldFault(field, vi, en)])


_USERNAME = re.compile(r"[a-z0-9._-]{3,60}")
_BAD_USERNAME = (
    "Tên đăng nhập gồm 3 đến 60 chữ cái không dấu, chữ số, dấu chấm, gạch dưới hoặc gạch nối.",
    "A username has 3 to 60 of a-z, 0-9, dot, underscore and hyphen.",
)
_BAD_NAME = (
    "Tên phải có từ 1 đến 120 ký tự đọc được.",
    "A name has 1 to 120 readable characters.",
)


def checked_username(text: str) -> str:
    username = normal_username(text)
    if not is_username(username):
        raise invalid("username", *_BAD_USERNAME)
    return username


def is_username(text: str) -> bool:
    return _USERNAME.fullmatch(text) is not None


def normal_username(text: str) -> str:
    """Return a username as it is stored and compared, whatever the keyboard made of it."""
    return visible(unicodedata.normalize("NFKC", text[:200])).strip().lower()


def checked_name(text: str) -> str:
    if not is_bearable(text):
        raise invalid("name", *_BAD_NAME)
    name = " ".join(meant(text).split())
    if fault(text) or not 1 <= len(name) <= 120 or not name.isprintable():
        raise invalid("name", *_BAD_NAME)
    return name


def check_office(session: Session, office_id: int | None) -> None:
    if office_id is not None and session.get(Office, office_id) is None:
        raise no_such("office")


def office_id(session: Session, code: str) -> int | None:
    """Return the id of an office's code; None of no code. Raises NotFound."""
    if not code:
        return None
    found = session.exec(select(Office.id).where(col(Office.code) == code)).first()
    if found is None:
        raise no_such("office")
    return found
