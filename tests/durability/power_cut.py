"""What a disk may hold after the power was cut, made from all that was done to its files.

What was synced is there. Of what was not, any part may be: writes are lost, torn at the disk's
sectors, or done in another order than they were asked for. The same is true of a name: a file that
was made or deleted is so for good once its folder is synced.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Self

SECTOR = 512
"""Bytes that a disk writes whole or not at all."""

SHARES = (0, 0.1, 0.5, 0.9, 1)
"""How much of what was not synced had reached the disk by itself."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was done to a file; or an answer that was sent."""

    what: str
    name: str
    """Of the file, below the folder, which itself is "."; of an answer the port that it goes to."""
    offset: int
    """In bytes; of a truncation the size."""
    data: bytes
    """What is written, or the new name."""
    ends: int
    """Where it ends in the log: its sequence number."""


@dataclass(eq=False)
class File:
    synced: bytearray = field(default_factory=bytearray)
    waiting: list[Step] = field(default_factory=list)
    """What was done since, in order."""

    def sync(self) -> None:
        _apply(self.synced, self.waiting)
        self.waiting.clear()

    def after(self, kept: Sequence[Step]) -> bytes:
        content = bytearray(self.synced)
        _apply(content, kept)
        return bytes(content)


@dataclass
class Disk:
    """A folder, as those see it who use it, and what would be left of it."""

    files: dict[str, File]
    honours_syncs: bool = True
    synced: dict[str, File] = field(default_factory=dict)
    """The files by names that are there for good."""
    waiting: list[dict[str, File | None]] = field(default_factory=list)
    """Names that were given to a file, or taken from it, since: those of one step together."""

    @classmethod
    def of(cls, files: Mapping[str, bytes], *, honours_syncs: bool = True) -> Self:
        """Return a disk on which files have stood for long."""
        known = {name: File(bytearray(content)) for name, content in files.items()}
        return cls(known, honours_syncs, dict(known))

    def take_all(self, steps: Iterable[Step]) -> Self:
        for step in steps:
            self.take(step)
        return self

    def take(self, step: Step) -> None:
        match step.what:
            case "create":
                self._name({step.name: File()})
            case "unlink":
                self._name({step.name: None})
            case "rename":
                self._name({step.data.decode(): self.files[step.name], step.name: None})
            case "sync" if self.honours_syncs:
                self._sync(step.name)
            case "write" | "truncate":
                self.files[step.name].waiting.append(step)

    def _name(self, given: dict[str, File | None]) -> None:
        self.waiting.append(given)
        _rename(self.files, given)

    def _sync(self, name: str) -> None:
        if name in self.files:
            self.files[name].sync()
        if name == ".":
            for given in self.waiting:
                _rename(self.synced, given)
            self.waiting.clear()

    def whole(self) -> dict[str, bytes]:
        """Return what is read from the files while the power is on."""
        return {name: file.after(file.waiting) for name, file in self.files.items()}

    def after_a_cut(self, chance: Random) -> dict[str, bytes]:
        """Return one of the many states that a cut of the power may leave, drawn by chance."""
        share, fate = chance.choice(SHARES), chance.choice(FATES)
        names = dict(self.synced)
        for given in self.waiting:
            if chance.random() < share:
                _rename(names, given)
        return {name: file.after(fate(chance, file.waiting, share)) for name, file in names.items()}


def lost(chance: Random, steps: Sequence[Step], share: float) -> list[Step]:
    """Keep some steps, and the others not at all."""
    return [step for step in steps if chance.random() < share]


def torn(chance: Random, steps: Sequence[Step], share: float) -> list[Step]:
    """Keep some sectors of each write."""
    return lost(chance, [part for step in steps for part in _sectors(step)], share)


def reordered(chance: Random, steps: Sequence[Step], share: float) -> list[Step]:
    """Keep those that came first when the disk did them in an order of its own."""
    return chance.sample(steps, round(share * len(steps)))


FATES = (lost, torn, reordered)


def _sectors(step: Step) -> Iterator[Step]:
    if step.what != "write":
        yield step
        return
    start, end = step.offset, step.offset + len(step.data)
    while start < end:
        until = min(end, (start // SECTOR + 1) * SECTOR)
        data = step.data[start - step.offset : until - step.offset]
        yield Step(step.what, step.name, start, data, step.ends)
        start = until


def _apply(content: bytearray, steps: Sequence[Step]) -> None:
    for step in steps:
        size = step.offset + len(step.data)
        if len(content) < size:
            content.extend(bytes(size - len(content)))
        if step.what == "truncate":
            del content[step.offset :]
        content[step.offset : size] = step.data


def _rename(names: dict[str, File], given: Mapping[str, File | None]) -> None:
    for name, file in given.items():
        if file is None:
            names.pop(name, None)
        else:
            names[name] = file
