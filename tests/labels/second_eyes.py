"""A second pair of eyes: zbar, which shares no code with the decoder that the other tests read by.

A symbol that one decoder forgives another may refuse; scanners at counters are of many makes.
"""

import os
import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

_QUIET = 40
"""Pixels of white around what is shown: a page's edge is no quiet zone to zbar."""


_HOW = (
    *("--quiet", "--raw", "--nodbus"),
    *("-Sdisable", "-Scode128.enable", "-Sqrcode.enable"),  # what we print, as scanners are set
)


def zbar() -> str:
    """Return where zbarimg is (Debian's zbar-tools). Where tests may not be skipped, it must be."""
    if found := shutil.which("zbarimg"):
        return found
    missing = "no zbarimg here: apt-get install zbar-tools"
    if os.environ.get("REQUIRE_ZBAR") == "1":
        pytest.fail(missing)
    pytest.skip(missing)


def second_look(page: Image.Image, folder: Path) -> list[str]:
    """Return what zbar reads off a page, in the order of the alphabet."""
    framed = Image.new("L", (page.width + 2 * _QUIET, page.height + 2 * _QUIET), 255)
    framed.paste(page.convert("L"), (_QUIET, _QUIET))
    file = folder / "page.png"
    with BytesIO() as picture:
        framed.save(picture, "PNG")
        file.write_bytes(picture.getvalue())
    done = subprocess.run(
        [zbar(), *_HOW, str(file)],
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode in (0, 4), done.stderr.decode()  # 4: nothing was found
    return sorted(done.stdout.decode().splitlines())
