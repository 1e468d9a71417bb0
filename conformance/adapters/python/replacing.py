"""Replacing the backup of a protected machine by another, without a moment of no protection.

The guest is held from the beginning to the end. The old backup stays the backup, with its channel
and its watch, until the record names the replacement. Spec: protocol.md (Migration).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from log import OwnerLog
from operations import Ask, Operation
from pairing import Pairing
from record import REPLACE
from wire import JSON

if TYPE_CHECKING:
    from owner import Owner

Stage = Literal[
    "settling", "connecting", "greeting", "copying", "syncing", "readied", "asked", "welcoming"
]


class Replace(Operation):
    """spec: lifecycle.one-migration, lifecycle.backup-migration-replaces"""

    reason = "replace-backup"

    def __init__(self, owner: Owner, peer: str) -> None:
        super().__init__(owner)
        self.stage: Stage = "settling"
        self.next = Pairing(owner, peer)
        self.position = 0
        self.is_copy_sent = False

    def begin(self) -> None:
        self.node.guest.hold()

    def settle(self) -> None:
        """spec: lifecycle.backup-migration-quiesces"""
        if self.stage == "settling" and self.owner.is_settled():
            self.stage = "connecting"
            self.next.connect()

    def opened(self, connection: int) -> None:
        if self.stage == "connecting" and connection == self.next.connection:
            self.stage = "greeting"
            self.next.greet(1, replaces=self.node.arbiter.last.version)

    def closed(self, connection: int) -> None:
        """Asked, T14 is resolved first, and what was lost counts from there."""
        if self.stage == "welcoming" or connection != self.next.connection:
            return
        self.next.connection = None
        if self.stage != "asked":
            self._give_up()

    def due(self, timer: str) -> None:
        if timer == "join" and self.stage not in ("asked", "welcoming"):
            self._give_up()

    def heard(self, connection: int | None, message: JSON) -> bool:
        if connection is None or connection != self.next.connection:
            return False
        if message["kind"] == "welcome" and self.stage == "welcoming":
            return self._greeted_anew(message)
        if self.stage == "welcoming":
            return False
        if message["epoch"] != self.owner.epoch or self.stage == "asked":
            return True
        if message["kind"] == "refuse":
            self._give_up()
        elif message["vm"] == self.node.vm and message["from"] == self.next.peer:
            self._obey(message)
        return True

    def _obey(self, message: JSON) -> None:
        kind = message["kind"]
        if kind == "welcome" and self.stage == "greeting":
            if message["next"] != 1:
                self._give_up()
                return
            self.stage = "copying"
            self.node.guest.copy()
        elif kind == "ready" and self.stage == "syncing":
            self.stage = "readied"

    def copied(self, position: int, state: bytes) -> None:
        if self.stage == "copying":
            self.stage = "syncing"
            self.position = position
            self.is_copy_sent = True
            self.next.send_copy(position, state)

    def asks(self) -> Ask | None:
        """spec: pairing.replacement-caught-up"""
        if self.stage != "readied":
            return None
        self.stage = "asked"
        self.node.timers.clear("join")
        return self.asks_first()

    def asks_first(self) -> Ask | None:
        """spec: pairing.replacement-at-rest"""
        return (REPLACE, self.next.peer, self.reason) if self.stage == "asked" else None

    def replaced(self) -> None:
        """The record names the replacement: it is the backup, of a new epoch and a new log."""
        if self.stage != "asked":
            return
        owner, node, old = self.owner, self.node, self.owner.pairing
        assert old is not None
        self.stage = "welcoming"
        old.end()
        node.guest.free()
        owner.epoch = self.next.epoch = node.arbiter.last.epoch
        owner.pairing = self.next
        self.next.stage = "protected"
        self.next.log = OwnerLog(self.position)
        node.heartbeat.begin_beats(self.next.peer, self.next.epoch)
        node.watch.begin()
        if self.next.connection is None:
            node.watch.lose()
        else:
            self.next.greet(1)

    def _greeted_anew(self, message: JSON) -> bool:
        """The welcome of the new epoch: the pair runs."""
        pairing, node = self.next, self.node
        is_authentic = message["vm"] == node.vm and message["from"] == pairing.peer
        if not is_authentic or message["epoch"] != pairing.epoch:
            return False
        if message["next"] != 1:
            pairing.fault()
            return True
        node.watch.hear_channel(node.is_swap_outstanding())
        node.heartbeat.begin_alives()
        self.end()
        self.owner.let_run()
        node.report("running", self.reason)
        return True

    def _give_up(self) -> None:
        """spec: pairing.replacement-given-up"""
        if self.is_copy_sent:
            self.owner.touch()
        self.part()

    def part(self) -> None:
        """The attempt is over; the backup that is stays the backup."""
        if self.stage == "welcoming":
            return
        self.end()
        self.owner.let_run()
        self.node.report("running", self.reason)

    def end(self) -> None:
        if self.stage != "welcoming":
            self.node.close(self.next.connection)
            self.next.connection = None
        self.node.timers.clear("join")
        super().end()
