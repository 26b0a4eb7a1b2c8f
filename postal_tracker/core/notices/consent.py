"""What somebody agrees to who has notices sent: each text that was ever shown, by its number.

A text that people have agreed to is never changed: what is to be said otherwise is a new one.
"""

from collections.abc import Mapping

from postal_tracker.core.bilingual_terms import Pair

CONSENTS: Mapping[int, Pair] = {
    1: (
        "Ông/Bà đồng ý để trung tâm dùng số điện thoại, email của mình gửi thông báo về hồ sơ này. "
        "Ông/Bà có thể rút lại bất cứ lúc nào, hồ sơ vẫn được giải quyết như thường.",
        "You agree that the centre uses your telephone number and e-mail address to send notices "
        "about this dossier. You can withdraw at any time; the dossier is settled all the same.",
    ),
}

CURRENT = max(CONSENTS)
