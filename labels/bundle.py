"""Several files in one, for formats that hold a single page."""

from collections.abc import Sequence
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_NO_DAY = (1980, 1, 1, 0, 0, 0)
"""The first that a ZIP can name: so the same files make the same bytes."""


def bundled(files: Sequence[bytes], ending: str) -> bytes:
    """Return the only file as it is, or a ZIP of "0001.png", "0002.png" and so on."""
    if len(files) == 1:
        return files[0]
    whole = BytesIO()
    with ZipFile(whole, "w", ZIP_DEFLATED) as archive:
        for number, file in enumerate(files, start=1):
            archive.writestr(_entry(f"{number:04d}.{ending}"), file, ZIP_DEFLATED)
    return whole.getvalue()


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, date_time=_NO_DAY)
    entry.create_system = 3
    entry.external_attr = 0o644 << 16
    return entry
