"""The answers of a full house (503), ready before anybody is refused."""

import json
import time
from email.utils import formatdate
from functools import lru_cache

from starlette.requests import Request
from starlette.types import Message, Scope

from postal_tracker.core.bilingual_terms import LANGS, Lang
from postal_tracker.core.problems import overloaded
from postal_tracker.web.http import errors
from postal_tracker.web.http.languages import language_of
from postal_tracker.web.http.middleware import protective_headers

Header = tuple[bytes, bytes]

MANY = 500
"""Refused in one second: whoever is refused then comes again late, or refusing is all we do."""

LATE = 7
"""Seconds."""


class Refusals:
    """The answers of a full house: made once, for making them anew would be work, too."""

    def __init__(self, *, https: bool) -> None:
        shared = [*protective_headers(https=https), (b"cache-control", b"no-store")]
        self._answers = {
            (lang, is_page): _answer(shared, lang, is_page=is_page)
            for lang in LANGS
            for is_page in (False, True)
        }
        self._lines = {kind: _lines(*answer) for kind, answer in self._answers.items()}
        self._second = self._refused = self._refused_before = 0

    def of(self, scope: Scope) -> tuple[Message, Message]:
        """Return the start and the body of an answer, in the caller's language."""
        headers, body = self._answers[_kind_of(scope)]
        headers = [*headers, (b"retry-after", self._seconds_to_wait(int(time.time())))]
        start = {"type": "http.response.start", "status": 503, "headers": headers}
        return start, {"type": "http.response.body", "body": body}

    def on_the_wire(self, scope: Scope, *, closes: bool = False) -> bytes:
        """Return all of an HTTP/1.1 answer; after it the connection stays open, or `closes`."""
        before, after = self._lines[_kind_of(scope)]
        now = int(time.time())
        ends = b"\r\nconnection: close" if closes else b""
        return b"%b%b\r\ndate: %b%b%b" % (
            *(before, self._seconds_to_wait(now), _date(now)),
            *(ends, after),
        )

    def _seconds_to_wait(self, now: int) -> bytes:
        """Return when to come again, to each another time (jitter), among many not soon."""
        if now != self._second:
            self._refused_before = self._refused if now == self._second + 1 else 0
            self._second, self._refused = now, 0
        self._refused += 1
        many = max(self._refused, self._refused_before) >= MANY
        return b"%d" % (errors.seconds_to_wait(LATE) if many else errors.seconds_to_wait())


def _kind_of(scope: Scope) -> tuple[Lang, bool]:
    """Return the caller's language, and whether he reads a page."""
    request = Request(scope)
    is_page = errors.wants_page(request) and not scope["path"].startswith(errors.FOR_PROGRAMS)
    return language_of(request), is_page


def _answer(shared: list[Header], lang: Lang, *, is_page: bool) -> tuple[list[Header], bytes]:
    kind = "text/html; charset=utf-8" if is_page else errors.PROBLEM_JSON
    body = _page(lang) if is_page else _problem(lang)
    length = str(len(body)).encode()
    return [*shared, (b"content-type", kind.encode()), (b"content-length", length)], body


def _lines(headers: list[Header], body: bytes) -> tuple[bytes, bytes]:
    """Return what goes over the wire before the seconds to wait and the date, and after them."""
    told = b"".join(b"%b: %b\r\n" % header for header in headers)
    before = b"HTTP/1.1 503 Service Unavailable\r\n%bretry-after: " % told
    return before, b"\r\n\r\n" + body


@lru_cache(maxsize=1)
def _date(second: int) -> bytes:
    return formatdate(second, usegmt=True).encode()


def _problem(lang: Lang) -> bytes:
    return json.dumps(errors.body_of(overloaded(), lang), ensure_ascii=False).encode()


def _page(lang: Lang) -> bytes:
    """Return a page that needs nothing else of us: styles would be refused, too."""
    title, text = _WORDS[lang]
    return (
        f'<!doctype html><html lang="{lang}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><main><h1>{title}</h1><p>{text}</p></main></html>"
    ).encode()


_WORDS: dict[Lang, tuple[str, str]] = {
    "vi": (
        "Hệ thống đang có quá nhiều người truy cập",
        "Chưa ghi nhận gì từ yêu cầu này. Đề nghị Ông/Bà thử lại sau mười giây: tải lại trang, "
        "hoặc quay lại trang trước rồi gửi lại nếu vừa gửi biểu mẫu.",
    ),
    "en": (
        "Too many people are using the service",
        "Nothing of this request was kept. Please try again in ten seconds: load the page anew, "
        "or go back and send the form again if you had just sent one.",
    ),
}
