"""What every role answers unless it says otherwise: operations are refused, the rest is ignored.

spec: lifecycle.unusable-input-ignored, lifecycle.operations-on-owner
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from arbiter import Request
from record import Record
from wire import JSON, Refused

if TYPE_CHECKING:
    from node import Node


class Role:
    # The epoch that a message may surpass: only an owner whose guest runs and a backup have one.
    epoch: int | None = None
    # A record of a lower epoch counts as no answer.
    epoch_least: int = 0

    def __init__(self, node: Node) -> None:
        self.node = node

    def manage(self, operation: str, peer: str | None) -> None:
        raise Refused("already-started" if operation in ("start", "resume") else "not-owner")

    def guest_input(self, position: int, kind: str, data: bytes) -> None:
        self.node.guest.must_run()

    def guest_output(self, position: int, channel: str, data: bytes) -> None:
        self.node.guest.must_run()

    def guest_copied(self, position: int, state: bytes) -> None:
        pass

    def guest_saved(self, result: str) -> None:
        pass

    def guest_loaded(self, position: int, state: bytes, open: list[JSON], offsets: JSON) -> None:
        pass

    def guest_applied(self, seq: int, output: JSON | None = None) -> None:
        pass

    def guest_diverged(self, seq: int, position: int) -> None:
        pass

    def channel_opened(self, connection: int, peer: str) -> None:
        pass

    def channel_closed(self, connection: int) -> None:
        pass

    def disk_answered(self, operation: int, result: str) -> None:
        pass

    def heard(self, connection: int | None, message: JSON) -> None:
        """A message, by a channel or, with no connection, by datagram."""

    def answered(self, request: Request, record: Record) -> None:
        """The record, as an answer to what this node asked."""

    def suspect(self) -> None:
        """The peer is suspected from now on."""

    def due(self, timer: str) -> None:
        """A deadline of this role has passed."""

    def settle(self) -> None:
        """Called after every input: asks for what the state now calls for."""

    def facts(self) -> JSON:
        return {}

    def refuse(self, connection: int, hello: JSON, code: str) -> None:
        """spec: pairing.hello-checks"""
        self.node.send(connection, "refuse", hello["epoch"], code=code)
