"""A node's side of the arbiter: one request at a time, sent again until a record answers it.

What a record means to the node is decided by its role; this module decides only whether what came
is an answer at all. Spec: protocol.md (Arbitration).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from record import READ, Record, propose
from wire import JSON

if TYPE_CHECKING:
    from node import Node


@dataclass
class Request:
    """What is asked. The nonce is that of the last time it was sent."""

    kind: str
    peer: str | None
    reason: str
    nonce: int = 0


class Arbiter:
    def __init__(self, node: Node) -> None:
        self.node = node
        self.record: Record | None = None
        self.pending: Request | None = None
        self.nonce = 0

    @property
    def last(self) -> Record:
        """The record last read; before the first answer, that of a machine never started."""
        return self.record or Record.none(self.node.vm)

    def ask(self, kind: str, peer: str | None = None, reason: str = "") -> None:
        """spec: arbitration.one-kind-of-request, arbitration.only-named-may-ask"""
        assert self.pending is None, f"{self.node.me} asks {kind} beside {self.pending}"
        self.pending = Request(kind, peer, reason)
        self.send()

    def read(self) -> None:
        """Reads the record, unless a request is outstanding, whose answer serves as well."""
        if self.pending is None:
            self.ask(READ)

    def send(self) -> None:
        """Sends the request that is outstanding, with a new nonce and the version last read.

        spec: arbitration.compare-and-swap-record, arbitration.retry-while-unreachable,
        arbitration.resend-request
        """
        request = self.pending
        assert request is not None, f"{self.node.me} sends a request that it does not have"
        self.nonce += 1
        request.nonce = self.nonce
        action: JSON = {"read": {}}
        if request.kind != READ:
            before = self.last
            record = propose(request.kind, before, self.node.me, request.peer, request.reason)
            action = {"swap": {"version": before.version, "record": record.encode()}}
        self.node.do("arbiter.request", nonce=request.nonce, action=action)
        self.node.timers.set("retry", self.node.now + self.node.parameters.arbiter_retry)

    def abandon(self) -> None:
        """Forgets the request: its answer will carry a nonce that nobody waits for."""
        self.pending = None
        self.node.timers.clear("retry")

    def answer(self, nonce: int, record: Record, epoch_least: int) -> Request | None:
        """The request that this record answers, or None where it is no answer.

        A failure needs nothing here: the request stays, and is sent again when R has passed.

        spec: arbitration.answer-bound-to-request, arbitration.older-version-is-unreachable,
        arbitration.outcome-by-reading
        """
        request = self.pending
        if request is None or request.nonce != nonce:
            return None
        last = self.last
        if record.version < last.version or record.epoch < max(last.epoch, epoch_least):
            return None
        self.record = record
        self.abandon()
        return request
