"""A clerk brings in a list of dossiers as a file, by the page without script."""

from typing import Any

from postal_tracker import access
from postal_tracker.access import Role
from postal_tracker.access.fields import office_id
from tests.centre import Centre
from tests.web.conftest import PASSWORD, Visitor

AT = "/desk/imports"


def sends(who: Visitor, text: str, do: str = "keep", **more: str) -> Any:
    files = {"file": ("list.csv", text.encode())}
    return who.client.post(AT, data={"csrf": who.token(), "do": do, **more}, files=files)


def employ_elsewhere(centre: Centre) -> None:
    """Open the account of Hai, at an office of her own."""
    centre.database.write_now(
        lambda s: access.add_staff(
            s,
            username="hai",
            name="Hai",
            role=Role.DESK,
            office_id=office_id(s, "H49.99"),
            password=PASSWORD,
            now=centre.clock(),
        )
    )
