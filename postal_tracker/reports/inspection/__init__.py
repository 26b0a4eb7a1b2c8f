"""Inspection of duty (kiểm tra công vụ): who did what, what was late, where custody has gaps.

What the record shows, and no more: in whose hands the papers were, not whose fault it was. No
citizen stands in it but by what a clerk wrote for a reason, which `sees_people` opens.

work         what each account recorded, by the office whose files they were
acts         the entries behind, one by one; the corrections and strike-outs among them
late         what was late, in whose hands it was when its limit ran out, how long each had it
gaps         where a parcel was in nobody's hands, as far as is known
"""

from postal_tracker.reports.inspection.acts import ActRow, acts
from postal_tracker.reports.inspection.gaps import GapKind, GapRow, gaps
from postal_tracker.reports.inspection.late import LateRow, late
from postal_tracker.reports.inspection.work import WorkRow, work

__all__ = ["ActRow", "GapKind", "GapRow", "LateRow", "WorkRow", "acts", "gaps", "late", "work"]
