"""Pages to a PDF, and what is said if they cannot be printed."""

from collections.abc import Callable, Sequence

import labels
from labels import Unprintable
from labels.drawing import Page
from labels.papers import sheet
from postal_tracker.problems import Invalid


def pdf(draw: Callable[[], Sequence[Page]]) -> bytes:
    """Return the pages that `draw` returns as one file. Raises Invalid."""
    try:
        return labels.render(draw(), sheet.A4.dot, "pdf")
    except Unprintable as refused:
        raise Invalid(
            "paper-cannot-be-printed",
            "Không in được giấy này: có ký hiệu không in được, hoặc chữ quá dài. "
            "Hãy sửa tên hoặc địa chỉ.",
            f"This paper cannot be printed ({refused.why}): it holds a sign that cannot be set, or "
            "too many words. Correct the name or address.",
        ) from None
