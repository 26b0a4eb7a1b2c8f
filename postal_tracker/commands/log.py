"""The tamper-evident log: its checkpoint and key, exported, co-signed for others, checked."""

import json
import sys
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import httpx
import typer

from postal_tracker.access.audit import Audited
from postal_tracker.commands import verify_log
from postal_tracker.commands.noted import note_now
from postal_tracker.commands.terminal import STDOUT, opened, stop, waiting, write_file
from postal_tracker.core import checkpoints, merkle
from postal_tracker.core.checkpoints import BadNote, Checkpoint
from postal_tracker.core.problems import NotFound
from postal_tracker.house import House
from postal_tracker.ledger.log import exporting, keys, proofs, succession

log = typer.Typer(no_args_is_help=True, help="The log that cannot be rewritten.")

Output = Annotated[Path, typer.Option("-o", "--output", help="The file; - for standard output.")]


@contextmanager
def _up_to_date(exported: str = "") -> Iterator[House]:
    """Open the house after what is due has been logged, unless a service sees to that.

    What is taken away as `exported` is noted before, and so is in the log itself.
    """
    with opened() as house:
        if exported:
            note_now(house, Audited.EXPORTED, exported)
        try:
            house.sequencer("command").append_now()
        except keys.NoKey as missing:
            stop(str(missing))
        yield house


@log.command("checkpoint")
def show_checkpoint(output: Output = STDOUT) -> None:
    """Print how the log stands now, signed. Keep it elsewhere: by it a later check is anchored."""
    with _up_to_date() as house:
        note = house.database.read_now(proofs.checkpoint)
    write_file(output, note.encode())


@log.command("key")
def show_key() -> None:
    """Print the public half of the key that signs checkpoints."""
    with _up_to_date() as house:
        print(house.database.read_now(proofs.verifier_key))


@log.command("new-key")
def go_on_with_new_key() -> None:
    """Let the log go on with another key, after its own is lost or is in others' hands.

    That stands in the log for ever, and whoever checks it is told. What was signed before stays
    good. The former key's file is kept beside the new one.
    """
    with opened() as house:
        file, now = house.log_key_file, house.now()
        try:
            known = house.database.read_now(proofs.verifier_key)
            if file.exists() and keys.verifier_key_of(keys.load_or_make(file)) == known:
                file.rename(file.with_name(f"{file.name}.until-{now:%Y%m%dT%H%M%S}"))
            key = keys.load_or_make(file)
        except (keys.NoKey, NotFound, OSError) as fault:
            stop(str(fault))
        house.database.write_now(lambda s: succession.go_on_with(s, key, now=now))
        print(house.database.read_now(proofs.verifier_key))


@log.command("export")
def export_log(
    output: Output = STDOUT,
    for_strangers: Annotated[
        bool, typer.Option("--for-strangers", help="Open nothing that leaves only commit to.")
    ] = False,
) -> None:
    """Write the whole log as lines of JSON, for `python verify_log.py FILE --checkpoint OLD`.

    Who signed for lists stands in it, who saw which dossier, and digests of messages, unless it is
    --for-strangers. The audit log tells that it was exported.
    """
    with (
        _up_to_date("log for strangers" if for_strangers else "log") as house,
        waiting("Exporting…"),
        _written(output) as write,
        house.database.at_one_moment().connect() as connection,
    ):
        for line in exporting.lines(connection, opened=not for_strangers):
            write(f"{line}\n".encode())


@contextmanager
def _written(output: Path) -> Iterator[Callable[[bytes], object]]:
    """Give what writes to a file, or to standard output; leaves with 1 if that cannot be done."""
    if output == STDOUT:
        yield sys.stdout.buffer.write
        return
    try:
        with output.open("wb") as file:
            yield file.write
    except OSError as fault:
        stop(f"{output} cannot be written ({fault.strerror or fault}).")


@log.command("verifier")
def print_verifier(output: Output = STDOUT) -> None:
    """Print the script that checks an export, with nothing of this program."""
    write_file(output, Path(verify_log.__file__).read_bytes())


# A witness


State = Annotated[Path, typer.Option(help="The file in which the last checkpoint is remembered.")]


@log.command("witness")
def witness(
    address: Annotated[str, typer.Argument(help="Of the other service, such as https://host.")],
    name: Annotated[str, typer.Option("--name", help="Yours, such as witness/H49.12.")],
    state: State = Path("witness.checkpoint"),
    key_file: Annotated[Path, typer.Option(help="Your key; made at first.")] = Path("witness.key"),
    log_key: Annotated[
        str, typer.Option(help="The log's key. Default: what it shows the first time.")
    ] = "",
    output: Output = STDOUT,
) -> None:
    """Co-sign another service's log, if it has only grown since the last time.

    Nothing of it is remembered but its key and its last checkpoint. Should it go on with another
    key one day, ask those who run it, and give that one as --log-key.
    """
    try:
        known = _remembered(state)
        key = keys.load_or_make(key_file)
        with httpx.Client(base_url=address, timeout=30) as client:
            of_log = log_key or known.get("key") or _asked(client, "/log/key").text.strip()
            note = _asked(client, "/log/checkpoint").text
            now = checkpoints.verify(note, of_log)
            if "checkpoint" in known:
                _refuse_rewritten(
                    client, checkpoints.verify(known["checkpoint"], known["key"]), now
                )
        signed = checkpoints.cosign(note, name, key, datetime.now(UTC))
        state.write_text(json.dumps({"key": of_log, "checkpoint": note}), encoding="utf-8")
    except (httpx.HTTPError, httpx.InvalidURL, OSError, keys.NoKey, *_RUBBISH) as fault:
        stop(f"Nothing was signed. {fault}")
    write_file(output, signed.encode())


_RUBBISH = (LookupError, RecursionError, TypeError, ValueError)
"""What comes of an answer, or a memory, that is not what it should be."""


def _remembered(state: Path) -> dict[str, str]:
    """Return the log's key and the checkpoint that was signed last. Raises OSError, ValueError."""
    if not state.exists():
        return {}
    read = json.loads(state.read_text(encoding="utf-8"))
    return {name: str(read[name]) for name in ("key", "checkpoint")}


def _asked(client: httpx.Client, path: str, **query: int) -> httpx.Response:
    return client.get(path, params=query).raise_for_status()


def _refuse_rewritten(client: httpx.Client, old: Checkpoint, new: Checkpoint) -> None:
    """Raises BadNote unless the log has only grown."""
    proof: list[bytes] = []
    if old.size < new.size:
        query = {"from": old.size, "to": new.size}
        told = _asked(client, "/log/proof/consistency", **query).json()
        proof = [b64decode(one) for one in told["proof"]]
    if not merkle.is_consistent(old.size, old.root, new.size, new.root, proof):
        raise BadNote(
            f"The log of {new.size} leaves does not begin with the {old.size} that were signed "
            "last. Keep both checkpoints, and tell those who run the service."
        )
