"""The audit log for programs: who did what, and who looked at whose data."""

from typing import Annotated, Any, Literal

from fastapi import Query

from postal_tracker.access.audit import Audited, AuditFilter, AuditPage
from postal_tracker.forms.values import Moment
from postal_tracker.web.api.routing import api_router
from postal_tracker.web.http.audited import audit_as_file, read_audit
from postal_tracker.web.http.auth import ManagerOrAdminContext
from postal_tracker.web.http.files import TABLES, XLSX, files_of, saved_file
from postal_tracker.web.http.parameters import Code, Cursor

router = api_router("audit")


@router.get("/audit", response_model=AuditPage, responses=files_of("text/csv", XLSX))
async def list_audit(
    context: ManagerOrAdminContext,
    dossier: Annotated[Code, Query(description="Whose data: a dossier's code.")] = "",
    who: Annotated[Code, Query(description="An account or key by its label.")] = "",
    what: Annotated[Audited | None, Query(description="One kind of entry.")] = None,
    since: Annotated[Moment | None, Query(alias="from", description="The first moment.")] = None,
    until: Annotated[Moment | None, Query(alias="to", description="The end, not included.")] = None,
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    format: Literal["json", "csv", "xlsx"] = "json",
) -> Any:
    """List who did what and who looked, the newest first; reading this is itself written down.

    `dossier` finds who has seen that dossier's data; `who` is `staff:3` or `key:AB12CD34`.
    """
    wanted = AuditFilter(dossier.strip().upper(), who, what or "", since, until, cursor, limit)
    if format == "json":
        return await read_audit(context, wanted, format)
    name = f"audit-{context.house.today():%Y%m%d}.{format}"
    return saved_file(await audit_as_file(context, wanted, format), TABLES[format], name)
