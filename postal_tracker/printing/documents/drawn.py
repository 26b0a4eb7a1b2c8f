"""Pages to a PDF, and what is said if they cannot be printed."""

from collections.abc import Callable, Sequence

from labels import Unprintable
from labels.drawing import Page
from labels.pdf import write
from postal_tracker.core.problems import Invalid


def pdf(draw: Callable[[], Sequence[Page]], title: str) -> bytes:
    """Return the pages that `draw` returns as one file of that title. Raises Invalid."""
    try:
        return write(draw(), title)
    except Unprintable as refused:
        raise Invalid(
            "paper-cannot-be-printed",
            "Không in được giấy này: có ký hiệu không in được, hoặc chữ quá dài. "
            "Vui lòng sửa tên hoặc địa chỉ.",
            f"This paper cannot be printed ({refused.why}): it holds a sign that cannot be set, or "
            "too many words. Correct the name or address.",
        ) from None
