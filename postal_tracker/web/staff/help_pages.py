"""How it is done: a page for each task."""

from fastapi import APIRouter, Request, Response

from postal_tracker.access import Role
from postal_tracker.core.problems import no_such
from postal_tracker.web.html.help import TASKS
from postal_tracker.web.html.rendering import show
from postal_tracker.web.http.auth import StaffContext

router = APIRouter(prefix="/desk/help")


@router.get("")
async def show_tasks(request: Request, context: StaffContext) -> Response:
    return show(request, "desk/help.html", context=context, tasks=TASKS)


@router.get("/{name}")
async def show_task(name: str, request: Request, context: StaffContext) -> Response:
    if name not in TASKS:
        raise no_such("page")
    task, role = TASKS[name], context.caller.role
    opens = role is Role.DESK or role in task.also
    return show(request, "desk/help_task.html", context=context, name=name, task=task, opens=opens)
