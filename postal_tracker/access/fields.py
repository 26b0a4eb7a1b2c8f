"""What an account or a key must be like: usernames, names, passwords that are not easy to guess."""

import re
import unicodedata

from sqlmodel import Session, col, select

from adapters.bounds import is_bearable
from postal_tracker.access.hashes import LONGEST_PASSWORD, may_be_password
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


_BAD_LENGTH = (
    "Mật khẩu phải dài từ 10 đến 128 ký tự.",
    "A password has 10 to 128 characters.",
)
_EASY_PASSWORD = (
    "Mật khẩu này quá dễ đoán. Vui lòng ghép vài từ không liên quan với nhau.",
    "This password is too easy to guess. Put together a few words that have nothing in common.",
)


def check_new_password(password: str, username: str) -> None:
    """Refuse what is too short or among the first tries of anybody who guesses. Raises Invalid."""
    if not may_be_password(password):
        raise invalid("password", *_BAD_LENGTH)
    password = unicodedata.normalize("NFC", password)
    if not 10 <= len(password) <= LONGEST_PASSWORD:
        raise invalid("password", *_BAD_LENGTH)
    if _is_easy(_folded(password), username):
        raise invalid("password", *_EASY_PASSWORD)


# Compared without case, diacritics, digits and signs: `Mật khẩu@2026` is `matkhau`.
_EASY = """
matkhau matkhaumoi matkhaucuatoi khongcomatkhau khongbiet khongnho quenmatkhau
anhyeuem emyeuanh yeuem yeuanh anhnhoem emnhoanh tinhyeu iuem toiyeuvietnam yeuvietnam
conyeume conyeubome giadinh giadinhtoi hanhphuc thanhcong maimaiyeuem motnguoi
vietnam hanoi saigon danang haiphong cantho hochiminh bachkhoa
buudien buuchinh vnpost viettel vnpt hoso motcua motcuadientu hanhchinhcong dichvucong
quantri canbo nhanvien uybannhandan ubnd congan
password passwrd pass mk passphrase admin administrator root user guest welcome letmein
changeme default secret master login test demo sample iloveyou sunshine princess football monkey
dragon qwerty qwe asd zxc asdfghjkl qwertyuiop abc abcd abcde a q qaz wsx qazwsx
"""
_EASY_WORDS = frozenset(_EASY.split())
_EASY_NUMBERS = frozenset(
    {"12345678910", "1q2w3e4r5t", "1q2w3e4r5t6y", "q1w2e3r4t5", "1qaz2wsx3edc"}
)
_RUNS = ("0123456789" * 2, "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")
_TELEPHONE = re.compile(r"(?:0|\+?84)[0-9]{9}")


def _is_easy(folded: str, username: str) -> bool:
    """Tell whether a password is among the first that anybody would try."""
    letters = {_only_letters(folded), _only_letters(folded.replace("@", "a"))}
    return (
        folded == username
        or bool(letters & (_EASY_WORDS | {_only_letters(username)} - {""}))
        or folded in _EASY_NUMBERS
        or any(folded in run or folded[::-1] in run for run in _RUNS)
        or len(set(folded)) < 4
        or _TELEPHONE.fullmatch(folded) is not None
    )


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold()).replace("đ", "d")
    return "".join(c for c in plain if not unicodedata.combining(c))


def _only_letters(text: str) -> str:
    return "".join(c for c in text if c.isalpha())
