"""What addresses may hold: parameters of paths and queries, each declared once with its bound."""

from typing import Annotated, Literal

from fastapi import Path, Query

from postal_tracker import views
from postal_tracker.core.journey import Holder, Stage
from postal_tracker.forms import told_as

CodeInPath = Annotated[str, Path(max_length=80)]
HookCarrier = Annotated[str, Path(max_length=30)]
HookSecret = Annotated[str, Path(max_length=255)]
NoticeChannelInPath = Annotated[Literal["sms", "zalo"], Path(description="Which one reports.")]
MessageId = Annotated[int, Path(ge=1, le=2**53)]

Code = Annotated[str, Query(max_length=80)]
StageQuery = Annotated[str, Query(max_length=80), told_as(Stage)]
HolderQuery = Annotated[str, Query(max_length=80), told_as(Holder)]
CarrierName = Annotated[str, Query(max_length=30)]
Cursor = Annotated[int | None, Query(ge=0, le=2**53)]
Limit = Annotated[int, Query(ge=1, le=views.MOST_LISTED)]
