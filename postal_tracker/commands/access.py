"""Accounts of people and keys of programs."""

from dataclasses import asdict
from datetime import timedelta
from typing import Annotated, Any

import typer
from sqlmodel import Session

from postal_tracker import access
from postal_tracker.access import KeyScope, Role
from postal_tracker.access import people as accounts_of
from postal_tracker.access.audit import Audited
from postal_tracker.access.fields import office_id
from postal_tracker.commands.noted import note
from postal_tracker.commands.terminal import (
    AsJson,
    beside,
    opened,
    print_json,
    read_as,
    read_password,
    show,
)
from postal_tracker.desks import keys as key_desk
from postal_tracker.storage.tables import Office

people = typer.Typer(no_args_is_help=True, help="Accounts of people who sign in.")
keys = typer.Typer(no_args_is_help=True, help="Keys of programs and of couriers' devices.")

OfficeCode = Annotated[
    str,
    typer.Option(
        "--office", help="Code of the office it is for, with those below it; unless told, all."
    ),
]

KeyOfCarrier = Annotated[
    str,
    typer.Option(
        "--carrier", help="The only carrier whose parcels it may touch (courier, integration)"
    ),
]

KeyScopes = Annotated[
    list[KeyScope] | None,
    typer.Option(
        "--scope",
        help="For integration: registration (whose dossiers it registers), national (the portal).",
    ),
]

OfCarrier = Annotated[
    str, typer.Option("--carrier", help="The only carrier on whose parcels a courier may report.")
]


PasswordStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from stdin; do not ask.")
]


@people.command("add")
def add_staff(
    username: Annotated[str, typer.Argument(help="3 to 60 of a-z, 0-9, dot, _ and -.")],
    name: Annotated[str, typer.Option(help="The person's name, as pages show it.")],
    role: Annotated[Role, typer.Option(help="What the person may do.")],
    office: OfficeCode = "",
    carrier: OfCarrier = "",
    password_stdin: PasswordStdin = False,
) -> None:
    """Open an account. The password is asked for, or read from stdin; it is no argument."""
    with opened() as house:
        if carrier:
            house.carriers.chosen(carrier)
        password = read_password(from_stdin=password_stdin)

        def command(session: Session) -> None:
            access.add_staff(
                session,
                username=username,
                name=name,
                role=role,
                carrier=carrier,
                office_id=office_id(session, office),
                password=password,
                shortest=house.settings.password_length,
                is_given=True,
                now=house.now(),
            )
            note(session, house, Audited.ACCOUNT, f"{username} added {role.value}")

        house.database.write_now(command)
    beside.print(
        f"{username} may sign in now, and is asked for a password of his own.", markup=False
    )
    if role is Role.COURIER and not carrier:
        beside.print(
            f"He may report on the parcels of every carrier; to name one: "
            f"postal-tracker staff carrier {username} NAME",
            markup=False,
        )


@people.command("list")
def list_staff(as_json: AsJson = False) -> None:
    """List all accounts, the disabled ones too."""
    with opened() as house:
        show(house.database.read_now(_staff_rows), as_json=as_json)


def _staff_rows(session: Session) -> list[dict[str, Any]]:
    return [_with_office(session, asdict(member)) for member in access.list_staff(session)]


def _with_office(session: Session, row: dict[str, Any]) -> dict[str, Any]:
    """Show an office by its code: ids say nothing to people."""
    office = session.get(Office, row["office_id"]) if row["office_id"] else None
    shown = {("office" if k == "office_id" else k): v for k, v in row.items()}
    return shown | {"office": office.code if office else ""}


@people.command("carrier")
def bind_to_carrier(
    username: Annotated[str, typer.Argument(help="Whose account.")],
    carrier: Annotated[str, typer.Argument(help="The carrier, such as vnpost; - for any.")],
) -> None:
    """Let a courier report on the parcels of one carrier only."""
    with opened() as house:
        name = "" if carrier == "-" else house.carriers.chosen(carrier).name

        def command(session: Session) -> None:
            access.bind_to_carrier(session, username, name)
            note(session, house, Audited.ACCOUNT, f"{username} of {name or 'any carrier'}")

        house.database.write_now(command)
    beside.print(f"{username} reports on parcels of {name or 'any carrier'}.", markup=False)


@people.command("disable")
def disable_staff(username: Annotated[str, typer.Argument(help="Whose account.")]) -> None:
    """Close an account and end its sessions at once; the last administrator's stays open."""
    with opened() as house:

        def command(session: Session) -> None:
            accounts_of.disable_named(session, username, house.now())
            note(session, house, Audited.ACCOUNT, f"{username} disabled")

        house.database.write_now(command)
    beside.print(f"{username} can no longer sign in.", markup=False)


@people.command("enable")
def enable_staff(username: Annotated[str, typer.Argument(help="Whose account.")]) -> None:
    """Open a closed account again, with the password that it had."""
    with opened() as house:

        def command(session: Session) -> None:
            access.enable_staff(session, username, house.now())
            note(session, house, Audited.ACCOUNT, f"{username} enabled")

        house.database.write_now(command)
    beside.print(f"{username} may sign in again.", markup=False)


@people.command("reset")
def reset_password(
    username: Annotated[str, typer.Argument(help="Whose account.")],
    password_stdin: PasswordStdin = False,
) -> None:
    """Set another password for somebody who forgot it, and end his sessions at once."""
    with opened() as house:
        password = read_password(from_stdin=password_stdin)

        def command(session: Session) -> None:
            shortest = house.settings.password_length
            access.reset_password(session, username, password, shortest=shortest, now=house.now())
            access.forgive_account(session, username)
            note(session, house, Audited.ACCOUNT, f"{username} password reset")

        house.database.write_now(command)
    beside.print(
        f"{username} may sign in with the new password, and is asked for one of his own.",
        markup=False,
    )


@people.command("forget-code")
def forget_code(username: Annotated[str, typer.Argument(help="Whose account.")]) -> None:
    """Let somebody who lost telephone and recovery codes sign in without a second factor."""
    with opened() as house:

        def command(session: Session) -> None:
            access.forget_factor_of(session, username)
            note(session, house, Audited.ACCOUNT, f"{username} second factor removed")

        house.database.write_now(command)
    beside.print(f"{username} signs in by password alone, until a new one is set up.", markup=False)


@keys.command("create")
def create_key(
    role: Annotated[Role, typer.Option(help="What its holder may do.")],
    name: Annotated[str, typer.Option(help="Whose it is, for lists.")],
    carrier: KeyOfCarrier = "",
    office: OfficeCode = "",
    scope: KeyScopes = None,
    days: Annotated[
        int | None, typer.Option("--expires-in-days", min=1, max=3650, help="For how long.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a key and print it, this once: only its hash is kept."""
    told = {"role": role, "name": name, "carrier": carrier, "office": office, "scopes": scope or []}
    with opened() as house:
        now = house.now()
        form = read_as(
            key_desk.KeyForm, told | {"expires_at": now + timedelta(days=days) if days else None}
        )

        def command(session: Session) -> str:
            made = key_desk.make(session, form, house.carriers, now=now)
            note(session, house, Audited.KEY_MADE, key_desk.told(made))
            return made.key

        key = house.database.write_now(command)
    beside.print("Keep it well: it is not shown again.")
    if as_json:
        print_json({"key": key, "id": key.split("_")[1], "role": role.value})
    else:
        print(key)


@keys.command("list")
def list_keys(as_json: AsJson = False) -> None:
    """List all keys, the revoked ones too; never the keys themselves."""
    with opened() as house:
        show(house.database.read_now(_key_rows), as_json=as_json)


def _key_rows(session: Session) -> list[dict[str, Any]]:
    return [_with_office(session, asdict(key)) for key in access.list_keys(session)]


@keys.command("revoke")
def revoke_key(
    key_id: Annotated[str, typer.Argument(help="Its id, as `keys list` shows.")],
) -> None:
    """End a key; the service honours it for ten seconds more at most."""
    with opened() as house:

        def command(session: Session) -> None:
            access.revoke_key(session, key_id, house.now())
            note(session, house, Audited.KEY_REVOKED, f"key:{key_id.strip().upper()}")

        house.database.write_now(command)
    beside.print(f"{key_id} is revoked.", markup=False)
