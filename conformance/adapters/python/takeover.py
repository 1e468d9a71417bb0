"""A promoted backup, from reading itself as owner until it is live: or until it ends instead.

Seal, fence, consume, announce, re-issue, live. The log was sealed, and its channel closed, when
this role began. Spec: protocol.md (Failover, Divergence, Lifecycle: Power-off).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from arbiter import Request
from gate import Gate
from idle import Idle
from record import END, Record
from replay import Replay
from starting import Fencing
from wire import JSON

if TYPE_CHECKING:
    from node import Node


def take_over(node: Node, replay: Replay) -> None:
    """spec: failover.promoted-after-record"""
    if replay.diverged:
        end_diverged(node)
    elif replay.ended_by == "power-off":
        node.become(Ending(node))
    else:
        node.become(Succeeding(node, replay))


def end_diverged(node: Node) -> None:
    """An owner that cannot go live halts, and records that nobody runs the machine.

    spec: divergence.owner-gone-ends, failover.end-when-unable, divergence.reported
    """
    node.guest.halt("divergence", "halted")
    node.report("halted", "divergence")
    node.timers.clear("fence")
    node.become(Idle(node, halted=True))
    node.arbiter.ask(END, reason="diverged")


class Succeeding(Fencing):
    def __init__(self, node: Node, replay: Replay) -> None:
        super().__init__(node)
        self.replay = replay
        self.is_fenced = False
        self.fence()

    def fenced(self) -> None:
        self.stage = "loading"
        self.is_fenced = True

    def guest_applied(self, seq: int, output: JSON | None = None) -> None:
        if self.replay.is_next(seq) and not self.replay.consume(seq, output):
            end_diverged(self.node)

    def guest_diverged(self, seq: int, position: int) -> None:
        if seq in self.replay.entries:
            end_diverged(self.node)

    def settle(self) -> None:
        """spec: failover.consume-before-live, failover.fence-before-live"""
        if self.is_fenced and self.replay.is_consumed():
            self._live()

    def _live(self) -> None:
        """spec: failover.announce-address, output.reissue-before-new, failover.new-epoch"""
        from owner import Owner

        node = self.node
        token = node.arbiter.last.token
        node.do("address.announce")
        self.replay.reissue(token)
        node.become(Owner(node, self.replay.devices, Gate(node, token)))
        node.guest.run()
        node.report("needSecondary", "lost-connection")

    def facts(self) -> JSON:
        return {"role": "owner"}


class Ending(Fencing):
    """It won the machine of an owner that was switching it off, and switches it off itself.

    spec: lifecycle.power-off-finished-by-backup, lifecycle.power-off-entry-ends-replay
    """

    def __init__(self, node: Node) -> None:
        super().__init__(node)
        self.stage = "loading"
        node.guest.halt("power-off", "halted")
        node.arbiter.ask(END, reason="power-off")

    def answered(self, request: Request, record: Record) -> None:
        node = self.node
        if record.phase == "alone" and record.owner == node.me:
            node.arbiter.ask(END, reason="power-off")
        elif record.phase == "off":
            node.guest.state = "none"
            node.report("enabled", "power-off")
            node.become(Idle(node))
        else:
            node.report("halted", "superseded")
            node.become(Idle(node, halted=True))

    def facts(self) -> JSON:
        return {"role": "owner"}
