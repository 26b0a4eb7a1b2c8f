"""A row of a list of acts: what was done with a dossier, when, and what the act itself says."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, field_validator

from postal_tracker.core.bilingual_terms import ACT_BUTTONS, ACTS, Pair
from postal_tracker.core.journey import Act
from postal_tracker.desks import statutory
from postal_tracker.desks.imports.words import lines, moment, reader, vnd_of
from postal_tracker.forms import ActForm, Short
from postal_tracker.forms.values import Moment

ACT_OF: dict[str, Act] = {
    **{word: told.act for word, told in statutory.ACTS.items()},
    "taken_out": Act.TAKEN_OUT,
    "result_ready": Act.RESULT_READY,
    "received_back": Act.RECEIVED_BACK,
    "hand_over_result": Act.COLLECTED,
    "collected": Act.COLLECTED,
    "strike_out": Act.STRUCK_OUT,
}
"""What the ledger calls an act, by its word in a form."""

_SAID: dict[str, Pair] = {
    word: ACT_BUTTONS.get(word) or ACT_BUTTONS.get(act) or ACTS[act]
    for word, act in ACT_OF.items()
    if word not in ("cancelled", "collected")
} | {
    "result_ready": ("Đã có kết quả", "Result ready"),
    "received_back": ("Đã nhận lại hồ sơ", "Received back"),
    "hand_over_result": ("Trả kết quả", "Hand over the result"),
    "strike_out": ("Hủy ghi nhận", "Strike out"),
}
"""What a list calls an act: as the button does, or shorter."""

_read_act = reader(
    _SAID,
    *((said, word) for word in _SAID for said in ACTS[ACT_OF[word]]),
    *((said, word) for word in _SAID for said in ACT_BUTTONS.get(ACT_OF[word], ())),
    *((word, word) for word in ACT_OF),
    ("Đã trả kết quả", "hand_over_result"),
    ("Nhận lại hồ sơ", "received_back"),
)

IN_TURN = (
    *("request_supplement", "request_payment", "receive_supplement", "receive_payment"),
    *("extend", "taken_out", "result_ready", "received_back"),
    *("refuse", "stop", "withdraw", "cancelled", "hand_over_result", "collected", "strike_out"),
)
"""Of acts of one minute the one that can only come first comes first."""


class ActRow(ActForm):
    """One row of a list of acts."""

    code: Annotated[Short, Field(min_length=1)]
    at: Annotated[Moment | None, BeforeValidator(moment)]
    new_due_at: Annotated[Moment | None, BeforeValidator(moment)] = None
    strikes: Annotated[str, BeforeValidator(_read_act)] = ""
    """Which act of this dossier and time a `strike_out` takes back, by its word."""

    @field_validator("act", mode="before")
    @classmethod
    def _in_words(cls, text: Any) -> Any:
        return _read_act(text)

    @field_validator("missing", mode="before")
    @classmethod
    def _each(cls, text: Any) -> Any:
        return lines(text)

    @field_validator("amount_vnd", mode="before")
    @classmethod
    def _sum(cls, text: Any) -> Any:
        return vnd_of(text)
