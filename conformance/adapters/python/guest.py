"""The node's hand on its guest: what it was told last, and its share of a processor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from wire import JSON, Refused

if TYPE_CHECKING:
    from node import Node

SHARE_MAX = 100
SHARE_MIN = 5
SHARE_STEP = 5


class Guest:
    def __init__(self, node: Node) -> None:
        self.node = node
        self.state: Literal["none", "running", "held", "replaying", "halted"] = "none"
        self.share = SHARE_MAX

    def run(self) -> None:
        if self.state != "running":
            self.state = "running"
            self.node.do("guest.run")

    def hold(self) -> None:
        if self.state == "running":
            self.state = "held"
            self.node.do("guest.hold")

    def must_run(self) -> None:
        """What a held or silent guest says of itself is refused."""
        if self.state != "running":
            raise Refused("not-running")

    def copy(self) -> None:
        self.node.do("guest.copy")

    def save(self, token: int, operations: list[JSON], offsets: JSON) -> None:
        self.node.do("guest.save", token=token, open=operations, offsets=offsets)

    def load(self, token: int) -> None:
        self.node.do("guest.load", token=token)

    def restore(self, position: int, state: bytes) -> None:
        self.state = "replaying"
        self.node.do("guest.restore", position=position, state=state)

    def apply(self, entry: JSON) -> None:
        self.node.do("guest.apply", entry=entry)

    def complete(self, operation: int, result: str) -> None:
        self.node.do("guest.complete", operation=operation, result=result)

    def halt(self, reason: str, becomes: Literal["none", "halted"]) -> None:
        """spec: failover.loser-halts, failover.loser-state-discarded"""
        self.state = becomes
        self.share = SHARE_MAX
        self.node.do("guest.halt", reason=reason)

    def slow(self) -> None:
        """spec: flow.throttle-when-lagging"""
        self._throttle(max(SHARE_MIN, self.share - SHARE_STEP))

    def hasten(self) -> None:
        """spec: flow.throttle-given-back"""
        self._throttle(min(SHARE_MAX, self.share + SHARE_STEP))

    def free(self) -> None:
        self._throttle(SHARE_MAX)

    def _throttle(self, share: int) -> None:
        if share != self.share:
            self.share = share
            self.node.do("guest.throttle", share=share)
