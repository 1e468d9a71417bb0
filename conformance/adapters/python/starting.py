"""A node that was told to start or to resume its machine: by record, fence and, resumed, image.

Spec: protocol.md (Record, Storage, Lifecycle: Resume).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from arbiter import Request
from devices import Devices
from gate import Gate
from idle import Idle
from record import POWER_ON, RESUME, Record
from role import Role
from wire import JSON, Refused

if TYPE_CHECKING:
    from node import Node

FENCE = 0


class Fencing(Role):
    """What every new owner does before its guest runs. spec: storage.new-owner-fences"""

    def __init__(self, node: Node) -> None:
        super().__init__(node)
        self.stage: Literal["asking", "fencing", "loading"] = "asking"

    def manage(self, operation: str, peer: str | None) -> None:
        if self.stage == "asking" or operation in ("start", "resume"):
            super().manage(operation, peer)
        raise Refused("not-alone")

    def heard(self, connection: int | None, message: JSON) -> None:
        """spec: pairing.busy-refuses"""
        if connection is not None and message["kind"] == "hello":
            self.refuse(connection, message, "busy")

    def fence(self) -> None:
        self.stage = "fencing"
        token = self.node.arbiter.last.token
        self.node.do("disk.request", operation=FENCE, token=token, action={"fence": {}})

    def disk_answered(self, operation: int, result: str) -> None:
        """A fence that failed is asked again when R has passed. None is answered `fenced`."""
        if self.stage != "fencing" or operation != FENCE or self.node.timers.is_set("fence"):
            return
        if result == "done":
            self.fenced()
        elif result == "error":
            self.node.timers.set("fence", self.node.now + self.node.parameters.arbiter_retry)

    def due(self, timer: str) -> None:
        if timer == "fence":
            self.fence()

    def fenced(self) -> None:
        raise NotImplementedError


class Starting(Fencing):
    def __init__(self, node: Node, operation: str) -> None:
        super().__init__(node)
        self.kind = POWER_ON if operation == "start" else RESUME
        self.reason = operation
        self.image_token = 0
        last = node.arbiter.last
        if self._may_ask(last):
            self._ask(last)
        else:
            node.arbiter.read()

    def answered(self, request: Request, record: Record) -> None:
        """spec: lifecycle.power-on-by-record, lifecycle.power-on-superseded,
        lifecycle.resume-by-record
        """
        if record.phase == "alone" and record.owner == self.node.me:
            self.fence()
        elif self._may_ask(record):
            self._ask(record)
        else:
            self.node.report("notConfigured", "superseded")
            self.node.become(Idle(self.node))

    def _may_ask(self, record: Record) -> bool:
        return record.phase == ("off" if self.kind == POWER_ON else "suspended")

    def _ask(self, record: Record) -> None:
        self.image_token = record.token
        self.node.arbiter.ask(self.kind, reason=self.reason)

    def fenced(self) -> None:
        if self.kind == POWER_ON:
            self._live(Devices())
        else:
            self.stage = "loading"
            self.node.guest.load(self.image_token)

    def guest_loaded(self, position: int, state: bytes, open: list[JSON], offsets: JSON) -> None:
        """The operations of the image count as answered: the guest has their completions.

        spec: lifecycle.image-by-token, failover.announce-address
        """
        if self.stage == "loading":
            self.node.do("address.announce")
            self._live(Devices.decode(offsets, open, answered=True))

    def _live(self, devices: Devices) -> None:
        from owner import Owner

        gate = Gate(self.node, self.node.arbiter.last.token)
        self.node.become(Owner(self.node, devices, gate))
        self.node.guest.run()
        self.node.report("needSecondary", self.reason)

    def facts(self) -> JSON:
        return {} if self.stage == "asking" else {"role": "owner"}
