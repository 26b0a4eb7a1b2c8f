"""Which passwords are taken: long enough, and none of those that are tried first."""

import re
import unicodedata
from functools import cache

from postal_tracker.access.fields import invalid
from postal_tracker.access.hashes import LONGEST_PASSWORD, may_be_password

SHORTEST = 14
"""Characters, unless the setting says otherwise: TCVN 14423:2026 asks for 14 without a second
factor and for 8 with one; ASVS 6.2.1 for 8, better 15."""

_EASY_PASSWORD = (
    "Mật khẩu này quá dễ đoán. Vui lòng ghép vài từ không liên quan với nhau.",
    "This password is too easy to guess. Put together a few words that have nothing in common.",
)


def check_new_password(
    password: str, username: str, name: str = "", *, shortest: int = SHORTEST
) -> None:
    """Refuse what is too short or among the first tries of anybody who guesses. Raises Invalid."""
    composed = unicodedata.normalize("NFC", password) if may_be_password(password) else ""
    if not shortest <= len(composed) <= LONGEST_PASSWORD:
        raise invalid("password", *_bad_length(shortest))
    if _is_easy(_folded(composed), username, name) or _is_known(composed.casefold()):
        raise invalid("password", *_EASY_PASSWORD)


def _bad_length(shortest: int) -> tuple[str, str]:
    return (
        f"Mật khẩu phải dài từ {shortest} đến {LONGEST_PASSWORD} ký tự.",
        f"A password has {shortest} to {LONGEST_PASSWORD} characters.",
    )


def _is_known(password: str) -> bool:
    """Tell whether a password, with or without digits and signs at its end, is often used."""
    return bool({password, password.rstrip(_AT_THE_END)} & _often_used())


_AT_THE_END = "0123456789!@#$%^&*()-_=+.,?/ "


@cache
def _often_used() -> frozenset[str]:
    """Return the 30,000 passwords that zxcvbn's authors found most often in what was stolen."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # a megabyte, for a few times a year

    return frozenset(FREQUENCY_LISTS["passwords"])


# Compared without case, diacritics, digits and signs: `Mật khẩu@2026` is `matkhau`.
_EASY = """
matkhau matkhaumoi matkhaucuatoi khongcomatkhau khongbiet khongnho quenmatkhau
anhyeuem emyeuanh yeuem yeuanh anhnhoem emnhoanh tinhyeu iuem toiyeuvietnam yeuvietnam
conyeume conyeubome giadinh giadinhtoi hanhphuc thanhcong maimaiyeuem motnguoi
vietnam hanoi saigon danang haiphong cantho hochiminh bachkhoa
buudien buuchinh vnpost viettel vnpt hoso motcua motcuadientu hanhchinhcong dichvucong
theodoihoso theodoihosoquabuuchinh postaltracker quantri canbo nhanvien uybannhandan ubnd congan
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


def _is_easy(folded: str, username: str, name: str) -> bool:
    """Tell whether a password is among the first that anybody would try."""
    own = {_only_letters(username), _only_letters(_folded(name))}
    letters = {_only_letters(folded), _only_letters(folded.replace("@", "a"))}
    return (
        folded == username
        or bool(letters & (_EASY_WORDS | own - {""}))
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
