"""The record, and the transitions by which it may change.

Nothing here decides when a transition is asked; that is the business of the roles.
Spec: protocol.md (Record).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Literal

from wire import JSON

Phase = Literal["off", "alone", "joining", "protected", "suspended"]

# What may be asked of the arbiter: a read, or one of the transitions of the table.
READ = "read"
POWER_ON = "T2"
JOIN = "T3"
PROTECT = "T4"
GIVE_UP = "T5"
TAKE_OVER = "T6"
GO_ALONE = "T7"
RENOUNCE = "T8"
POWER_OFF = "T9"
SUSPEND = "T10"
RESUME = "T11"
END = "T12"
REPLACE = "T14"
TOUCH = "T15"


@dataclass(frozen=True)
class Record:
    """The arbiter's value for one virtual machine."""

    vm: str
    version: int
    epoch: int
    phase: Phase
    owner: str | None
    backup: str | None
    token: int
    base: int
    reason: str

    @staticmethod
    def none(vm: str) -> Record:
        """What stands where no record was ever made: off, with every counter 0."""
        return Record(vm, 0, 0, "off", None, None, 0, 0, "")

    @staticmethod
    def decode(value: JSON) -> Record:
        return Record(**{name: value[name] for name in Record.__dataclass_fields__})

    def encode(self) -> JSON:
        return asdict(self)


def propose(kind: str, before: Record, me: str, peer: str | None, reason: str) -> Record:
    """The record that `me` asks for, by one row of the table of transitions.

    spec: arbitration.version-increments, arbitration.epoch-increments,
    arbitration.token-follows-owner, arbitration.base-starts-log, arbitration.name-incarnations
    """
    record = replace(before, version=before.version + 1, base=0, reason=reason)
    if kind == PROTECT:
        return replace(record, phase="protected")
    if kind == TOUCH:
        return record
    record = replace(record, epoch=before.epoch + 1, backup=None)
    if kind in (POWER_ON, TAKE_OVER, RESUME):
        return replace(record, phase="alone", owner=me, token=record.epoch)
    if kind in (GIVE_UP, GO_ALONE, RENOUNCE):
        return replace(record, phase="alone")
    if kind in (POWER_OFF, END):
        return replace(record, phase="off", owner=None)
    if kind == SUSPEND:
        return replace(record, phase="suspended", owner=None)
    if kind == JOIN:
        return replace(record, phase="joining", backup=peer)
    assert kind == REPLACE, f"{me} asked for {kind}, which is no transition of a node"
    return replace(record, backup=peer)
