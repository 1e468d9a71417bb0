"""A node without a part in its machine: it may be started, and may become a backup by a hello.

A halted node is the same, but that nothing starts it. Spec: protocol.md (Pairing, Lifecycle).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from arbiter import Request
from record import END, Record
from role import Role
from wire import JSON, host_of

if TYPE_CHECKING:
    from node import Node


class Idle(Role):
    def __init__(self, node: Node, halted: bool = False) -> None:
        super().__init__(node)
        self.halted = halted

    def manage(self, operation: str, peer: str | None) -> None:
        from starting import Starting

        if self.halted or operation not in ("start", "resume"):
            super().manage(operation, peer)
        self.node.become(Starting(self.node, operation))

    def heard(self, connection: int | None, message: JSON) -> None:
        if connection is None or message["kind"] != "hello":
            return
        code = hello_fault(self.node, connection, message) or self._superseded(message)
        if code is not None:
            self.refuse(connection, message, code)
        else:
            self._join(connection, message)

    def answered(self, request: Request, record: Record) -> None:
        """Halted with an end to record: any record but one that names it owner alone resolves it.

        spec: divergence.owner-gone-ends
        """
        if record.phase == "alone" and record.owner == self.node.me:
            self.node.arbiter.ask(END, reason=request.reason)

    def _superseded(self, hello: JSON) -> str | None:
        """A hello of another time. That of a joining which names this node is the one to come.

        spec: pairing.lower-epoch-superseded, pairing.hello-next-sequence
        """
        last = self.node.arbiter.last
        epoch = hello["epoch"]
        taken = self.node.hello_epoch_highest
        if hello.get("replaces", 0):
            is_late = epoch < max(last.epoch, taken)
        else:
            is_named = last.phase == "joining" and last.backup == self.node.me
            is_late = epoch <= max(last.epoch - 1 if is_named else last.epoch, taken)
        return "superseded" if is_late or hello["next"] != 1 else None

    def _join(self, connection: int, hello: JSON) -> None:
        from backup import Backup
        from replacement import Replacement

        node = self.node
        node.arbiter.abandon()
        node.guest.state = "none"
        node.hello_epoch_highest = max(node.hello_epoch_highest, hello["epoch"])
        kind = Replacement if hello.get("replaces", 0) else Backup
        node.become(kind(node, connection, hello))
        node.send(connection, "welcome", hello["epoch"], next=1)
        node.heartbeat.begin_beats(hello["from"], hello["epoch"])
        node.heartbeat.begin_alives()


def hello_fault(node: Node, connection: int, hello: JSON) -> str | None:
    """The checks of a hello as far as the configuration, in their order.

    spec: pairing.hello-checks, pairing.distinct-hosts
    """
    if hello["vm"] != node.vm:
        return "wrong-vm"
    if hello["to"] != node.me:
        return "wrong-incarnation"
    if host_of(hello["from"]) == host_of(node.me):
        return "same-host"
    if hello["connection"] != connection:
        return "wrong-connection"
    if hello["configuration"] != node.parameters.configuration:
        return "configuration"
    return None
