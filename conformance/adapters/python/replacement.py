"""A node that is made the backup in place of another: ready, it waits for the record to name it.

Spec: protocol.md (Migration, Replace the backup).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from arbiter import Request
from backup import Backup
from record import Record
from replay import Replay
from wire import JSON

if TYPE_CHECKING:
    from node import Node


class Replacement(Backup):
    """It neither watches nor is watched, until it is the backup of the next epoch."""

    def __init__(self, node: Node, connection: int, hello: JSON) -> None:
        super().__init__(node, connection, hello)
        self.replaces: int = hello["replaces"]
        self.is_waiting = False
        # The hello of the new epoch came before the record was read.
        self.is_greeted = False

    def readied(self) -> None:
        self.is_waiting = True
        self.node.timers.set("join", self.node.now + self.node.parameters.join_timeout)

    def channel_closed(self, connection: int) -> None:
        if not self.is_waiting:
            super().channel_closed(connection)
        elif connection == self.connection:
            self.connection = None
            self.node.arbiter.read()

    def heard(self, connection: int | None, message: JSON) -> None:
        """An entry that comes before the record was read is a fault of the peer."""
        is_peer = message["vm"] == self.node.vm and message["from"] == self.owner
        is_own = self.is_waiting and is_peer and connection is not None
        if is_own and connection == self.connection and message["kind"] == "entry":
            if self.epoch <= message["epoch"] <= self.epoch + 1:
                self.node.close(self.connection)
                self.connection = None
                self.node.arbiter.read()
                return
        super().heard(connection, message)

    def greeted(self, connection: int, hello: JSON) -> None:
        if self.is_waiting and self._is_renewing(connection, hello):
            self.is_greeted = True
        else:
            self.refuse(connection, hello, "busy")

    def _is_renewing(self, connection: int, hello: JSON) -> bool:
        return is_renewed(self, connection, hello, self.epoch + 1)

    def answered(self, request: Request, record: Record) -> None:
        """spec: pairing.replacement-waits-for-record"""
        is_protected = record.phase == "protected"
        if is_protected and record.backup == self.node.me and record.epoch == self.epoch + 1:
            self._succeed(record)
        elif self.is_waiting and is_protected and record.version == self.replaces:
            self.reread()
        elif self.is_waiting or not is_protected or record.version != self.replaces:
            self.discard("superseded")

    def due(self, timer: str) -> None:
        if timer == "join":
            self.node.arbiter.read()
        else:
            super().due(timer)

    def _succeed(self, record: Record) -> None:
        """The backup of the new epoch, eligible, with a log that begins anew.

        spec: pairing.eligible-when-recorded
        """
        node, old = self.node, self.replay
        assert old is not None
        node.timers.clear("join", "reread")
        node.heartbeat.end()
        backup = Chosen(node, self.connection, {"from": self.owner, "epoch": record.epoch})
        backup.replay = Replay(node, old.devices)
        node.become(backup)
        node.heartbeat.begin_beats(self.owner, record.epoch)
        node.watch.begin()
        if self.connection is None:
            backup.is_cut = True
            node.watch.lose()
            backup.act(None)
        elif self.is_greeted:
            backup.welcome()


class Chosen(Backup):
    """A replacement that the record names, from then on a backup like any other."""

    def __init__(self, node: Node, connection: int | None, hello: JSON) -> None:
        super().__init__(node, connection, hello)
        self.stage = "chosen"

    def greeted(self, connection: int, hello: JSON) -> None:
        if self.stage == "chosen" and is_renewed(self, connection, hello, self.epoch):
            self.welcome()
            self.node.watch.hear_channel(self.node.is_swap_outstanding())
        elif self.stage == "chosen":
            self.refuse(connection, hello, "busy")
        else:
            super().greeted(connection, hello)

    def welcome(self) -> None:
        assert self.connection is not None
        self.stage = "ready"
        self.node.send(self.connection, "welcome", self.epoch, next=1)
        self.node.heartbeat.begin_alives()


def is_renewed(backup: Backup, connection: int, hello: JSON, epoch: int) -> bool:
    """A hello of the epoch that the record gave the replacement, on the connection that stands."""
    said = {name: hello.get(name, 0) for name in ("vm", "from", "to", "epoch", "next", "replaces")}
    right = {"vm": backup.node.vm, "from": backup.owner, "to": backup.node.me}
    is_standing = connection == backup.connection == hello["connection"]
    return is_standing and said == {**right, "epoch": epoch, "next": 1, "replaces": 0}
