"""The backup: it replays the log a moment later, and takes over when the record lets it.

Suspicion, a yield and a divergence lead to a read of the record and to nothing else; what follows
is decided by what the record says. Spec: protocol.md (Pairing, Logging, Failover, Divergence).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from arbiter import Request
from devices import Devices
from idle import Idle, hello_fault
from record import POWER_OFF, READ, RENOUNCE, TAKE_OVER, Record
from replay import Replay
from role import Role
from takeover import take_over
from wire import JSON

if TYPE_CHECKING:
    from node import Node


class Backup(Role):
    epoch: int

    def __init__(self, node: Node, connection: int | None, hello: JSON) -> None:
        super().__init__(node)
        self.owner: str = hello["from"]
        self.epoch = self.epoch_least = hello["epoch"]
        self.connection = connection
        self.connection_last = connection or 0
        self.replay: Replay | None = None
        self.acknowledged = 0
        self.stage: Literal["welcomed", "chosen", "ready"] = "welcomed"
        # The channel is closed, and was not opened again.
        self.is_cut = False

    # The channel.

    def channel_closed(self, connection: int) -> None:
        """spec: pairing.discard-when-not-ready, failover.read-before-discard"""
        if connection != self.connection:
            return
        self.connection = None
        if self.stage == "welcomed":
            self.discard("lost-channel")
            return
        is_spared = self._may_wait()
        self.is_cut = True
        if not is_spared:
            self.bereave()

    def _may_wait(self) -> bool:
        """A pair that runs takes a closed channel for a silent one.

        spec: pairing.closed-channel-is-silence
        """
        is_free = self.node.parameters.reconnect and self.node.arbiter.pending is None
        replay = self.replay
        is_going_on = replay is not None and not replay.diverged and replay.ended_by is None
        return is_free and is_going_on and self.stage == "ready" and not self.node.watch.suspected

    def fault(self) -> None:
        """The peer is at fault. spec: logging.gap-closes-connection"""
        self.node.close(self.connection)
        self.connection = None
        self.is_cut = True
        self.bereave()

    def bereave(self) -> None:
        """The channel is lost: a suspicion at once, and a cause to read even beside a read."""
        self.node.watch.lose()
        pending = self.node.arbiter.pending
        if pending is not None and pending.kind == READ:
            self.node.arbiter.abandon()
        self.node.arbiter.read()

    def heard(self, connection: int | None, message: JSON) -> None:
        """spec: heartbeat.identified-beats, logging.ignore-old-epoch"""
        if message["kind"] == "hello":
            if connection is not None:
                self.greeted(connection, message)
            return
        is_peer = message["vm"] == self.node.vm and message["from"] == self.owner
        if not is_peer or message["epoch"] != self.epoch:
            return
        if connection is None:
            if message["kind"] == "beat":
                self.node.watch.hear_beat(self.node.is_swap_outstanding())
                self._calm()
        elif connection == self.connection:
            self.node.watch.hear_channel(self.node.is_swap_outstanding())
            self._calm()
            self.obey(message)

    def obey(self, message: JSON) -> None:
        kind = message["kind"]
        if kind == "copy" and self.stage == "welcomed":
            self.restore(message)
        elif kind == "entry" and self.stage == "chosen":
            self.fault()
        elif self.replay is not None and not self.replay.diverged:
            if kind == "entry":
                self._log(message)
            elif kind == "alive":
                self.replay.note_watermark(message["watermark"])

    def restore(self, copy: JSON) -> None:
        """spec: pairing.ready-when-complete, output.silent-in-replay"""
        assert self.connection is not None
        self.replay = Replay(self.node, Devices.decode(copy["offsets"], copy["open"]))
        self.node.guest.restore(copy["position"], copy["state"])
        self.node.send(self.connection, "ready", self.epoch)
        self.readied()

    def readied(self) -> None:
        self.stage = "ready"
        self.node.watch.begin()

    def _log(self, entry: JSON) -> None:
        """spec: logging.acknowledge-promptly, logging.acknowledgement-never-decreases"""
        assert self.replay is not None and self.connection is not None
        if self.replay.hold(entry) == "fault":
            self.fault()
            return
        self.acknowledged = self.replay.held
        self.node.send(
            self.connection,
            "acknowledge",
            self.epoch,
            upto=self.acknowledged,
            applied=self.replay.applied,
        )

    def greeted(self, connection: int, hello: JSON) -> None:
        """A hello to a backup: of its own owner it may open the channel again.

        spec: pairing.busy-refuses, pairing.sealed-refuses, pairing.arbitrating-answer,
        logging.resume-not-kept, pairing.newer-connection-replaces
        """
        code = self._return_fault(connection, hello)
        if code is not None:
            self.refuse(connection, hello, code)
            return
        assert self.replay is not None
        self.node.close(self.connection)
        self.connection = self.connection_last = connection
        self.is_cut = False
        self.node.send(connection, "welcome", self.epoch, next=self.replay.held + 1)
        self.node.heartbeat.begin_alives()
        self.node.watch.hear_channel(self.node.is_swap_outstanding())
        self._calm()

    def _return_fault(self, connection: int, hello: JSON) -> str | None:
        node, replay = self.node, self.replay
        is_own = hello["from"] == self.owner and hello["epoch"] == self.epoch
        is_later = connection > self.connection_last
        if not node.parameters.reconnect or not is_own or not is_later:
            return "busy"
        code = hello_fault(node, connection, hello)
        if code is not None:
            return code
        if replay is None or replay.diverged or self.stage != "ready":
            return "busy"
        pending = node.arbiter.pending
        if (pending is not None and pending.kind != READ) or node.watch.bereft:
            return "arbitrating"
        return "superseded" if hello["next"] > replay.held + 1 else None

    # The guest.

    def guest_applied(self, seq: int, output: JSON | None = None) -> None:
        replay = self.replay
        if replay is None or replay.diverged or not replay.is_next(seq):
            return
        if not replay.consume(seq, output):
            self._diverge(seq)
        elif replay.is_yield_consumed():
            self.node.arbiter.read()

    def guest_diverged(self, seq: int, position: int) -> None:
        if self.replay is not None and not self.replay.diverged and seq in self.replay.entries:
            self._diverge(seq)

    def _diverge(self, seq: int) -> None:
        """spec: divergence.stop-and-renounce"""
        assert self.replay is not None
        self.replay.diverged = True
        if self.connection is not None:
            self.node.send(self.connection, "diverged", self.epoch, seq=seq)
        self.node.arbiter.read()

    # The record.

    def suspect(self) -> None:
        self.node.arbiter.read()

    def _is_left(self) -> bool:
        """spec: failover.yield-needs-no-timeout"""
        has_yielded = self.replay is not None and self.replay.is_yield_consumed()
        return self.node.watch.suspected or has_yielded

    def _is_in_doubt(self) -> bool:
        return self._is_left() or (self.replay is not None and self.replay.diverged)

    def _calm(self) -> None:
        """The peer is trusted again: nothing has to be read once more."""
        if not self._is_in_doubt():
            self.node.timers.clear("reread")

    def answered(self, request: Request, record: Record) -> None:
        """spec: failover.named-is-candidate, failover.discard-when-not-named"""
        self.node.timers.clear("reread")
        is_mine = record.backup == self.node.me and record.epoch == self.epoch
        if record.phase == "alone" and record.owner == self.node.me:
            self._win()
        elif is_mine and record.phase == "protected":
            self.act(request)
        elif is_mine and record.phase == "joining" and not self.is_cut:
            if self._is_in_doubt():
                self.reread()
        elif record.phase == "off" and self._holds_power_off():
            self.leave("power-off")
            self.node.report("enabled", "power-off")
        else:
            self.discard("superseded")

    def _holds_power_off(self) -> bool:
        return self.replay is not None and self.replay.ended_by == "power-off"

    def act(self, request: Request | None) -> None:
        """The record names this node as backup of a pair: it is eligible.

        spec: lifecycle.power-off-finished-by-backup, divergence.never-live
        """
        arbiter = self.node.arbiter
        if request is not None and request.kind in (TAKE_OVER, POWER_OFF):
            arbiter.ask(request.kind, reason=request.reason)
        elif self.replay is not None and self.replay.diverged:
            arbiter.ask(RENOUNCE, reason="diverged")
        elif self._is_left() and self._holds_power_off():
            arbiter.ask(POWER_OFF, reason="power-off")
        elif self._is_left():
            arbiter.ask(TAKE_OVER, reason="takeover")

    def reread(self) -> None:
        self.node.timers.set("reread", self.node.now + self.node.parameters.arbiter_retry)

    def due(self, timer: str) -> None:
        if timer == "reread":
            self.node.arbiter.read()
        elif timer == "alive" and self.connection is not None:
            self._alive(self.connection)

    def _alive(self, connection: int) -> None:
        """Of a backup the watermark is the one that it received last."""
        replay = self.replay or Replay(self.node, Devices())
        self.node.heartbeat.alive(connection, replay.held, replay.watermark, replay.applied)

    def _win(self) -> None:
        assert self.replay is not None
        self.end()
        take_over(self.node, self.replay)

    def discard(self, reason: str) -> None:
        """spec: failover.loser-state-discarded"""
        self.leave(reason)
        self.node.report("notConfigured", reason)

    def leave(self, reason: str) -> None:
        self.node.arbiter.abandon()
        self.node.guest.halt(reason, "none")
        self.end()
        self.node.become(Idle(self.node))

    def end(self) -> None:
        self.node.close(self.connection)
        self.connection = None
        self.node.heartbeat.end()
        self.node.watch.end()
        self.node.timers.clear("reread", "join")

    def facts(self) -> JSON:
        replay = self.replay
        return {
            "role": "backup",
            "acknowledged": self.acknowledged,
            "held": replay.held if replay is not None else 0,
            "applied": replay.applied if replay is not None else 0,
        }
