"""An owner's pairing with one backup: from the channel over the copy to the pair that runs.

Opening a lost channel again is in reopening.py. Spec: protocol.md (Pairing, Logging, Flow).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from log import Entry, OwnerLog
from reopening import may_reopen, reopen, resume
from wire import JSON

if TYPE_CHECKING:
    from owner import Owner

Stage = Literal[
    "connecting",
    "greeting",
    "copying",
    "syncing",
    "draining",
    "protecting",
    "protected",
    "surrendering",
]

# From here on the backup may be eligible, and only the record tells whether it is.
IN_DOUBT = frozenset(("protecting", "protected"))


class Pairing:
    def __init__(self, owner: Owner, peer: str) -> None:
        self.owner = owner
        self.node = owner.node
        self.peer = peer
        self.epoch: int = owner.epoch
        self.stage: Stage = "connecting"
        self.connection: int | None = None
        self.log: OwnerLog | None = None
        self.diverged = False
        self.gate_closed_at = 0
        # A channel that is opened again: the hello is sent, the welcome has not come.
        self.reopening = False
        self.greeted = False

    def connect(self) -> None:
        self.connection = self.node.open(self.peer)
        self.node.timers.set("join", self.node.now + self.node.parameters.join_timeout)

    def is_protected(self) -> bool:
        return self.stage == "protected"

    # The channel.

    def opened(self, connection: int) -> None:
        """A power-off ends the joining where it stands, so nothing is said under an operation."""
        if connection != self.connection or self.greeted:
            return
        if self.reopening and self.log is not None:
            self.greet(self.log.acknowledged + 1)
        elif self.stage == "connecting":
            self.greet(1)
            self.stage = "greeting"
            self.node.heartbeat.begin_beats(self.peer, self.epoch)

    def greet(self, next_sequence: int, replaces: int = 0) -> None:
        assert self.connection is not None
        self.greeted = True
        self.node.send(
            self.connection,
            "hello",
            self.epoch,
            to=self.peer,
            connection=self.connection,
            next=next_sequence,
            replaces=replaces,
            configuration=self.node.parameters.configuration,
        )

    def closed(self, connection: int) -> None:
        """A pair that runs may take a closed channel for a silent one.

        spec: pairing.closed-channel-is-silence
        """
        if connection != self.connection:
            return
        self.connection = None
        if may_reopen(self):
            reopen(self)
        else:
            self.lose()

    def stop_reopening(self) -> None:
        """No welcome is waited for any more: that is a suspicion at once."""
        if self.reopening:
            self.fault()

    def fault(self) -> None:
        """The peer is at fault: the channel is closed, and the peer counts as lost.

        spec: logging.acknowledgement-beyond-sent, pairing.welcome-next-sequence
        """
        self.node.close(self.connection)
        self.connection = None
        self.lose()

    def lose(self) -> None:
        self.reopening = False
        if self.stage in IN_DOUBT:
            self.node.watch.lose()
        elif self.owner.operation is None:
            self.surrender()

    def surrender(self) -> None:
        """Gives the joining up. Behind an open gate recording ends: nobody needs that log.

        spec: pairing.sync-failure-leaves-owner-running, protection.attempt-times-out
        """
        if self.stage in IN_DOUBT or self.stage == "surrendering":
            return
        self.stage = "surrendering"
        self.node.close(self.connection)
        self.connection = None
        self.node.heartbeat.end()
        self.node.timers.clear("join")
        if self.owner.gate.position == "open":
            self.log = None
            self.owner.let_run()

    def end(self) -> None:
        self.node.close(self.connection)
        self.connection = None
        self.node.heartbeat.end()
        self.node.watch.end()
        self.node.timers.clear("join", "yield")

    # The log.

    def record(self, kind: str, position: int, data: bytes) -> Entry:
        assert self.log is not None
        return self.log.append(kind, position, data, self.node.now)

    def end_log(self, kind: str) -> None:
        """`power-off` or `yield`, which need no room in the log."""
        assert self.log is not None
        self.tell(self.log.end(kind, self.node.now))

    def tell(self, entry: Entry) -> None:
        """Sends an entry; without a channel it is kept until there is one."""
        if self.connection is None or self.reopening or self.log is None:
            return
        self.log.sent = entry.seq
        self.node.send(
            self.connection,
            "entry",
            self.epoch,
            seq=entry.seq,
            position=entry.position,
            entry=entry.kind,
            data=entry.data,
            watermark=self.owner.gate.watermark(self.log.seq),
        )

    def is_full(self) -> bool:
        return self.log is not None and self.log.is_full(self.node.parameters.entries_max)

    def alive(self) -> None:
        """On K: the keep-alive, and with it the look at the lag.

        spec: flow.throttle-when-lagging, flow.throttle-given-back
        """
        if self.connection is None or self.reopening:
            return
        seq = self.log.seq if self.log is not None else 0
        self.node.heartbeat.alive(self.connection, seq, self.owner.gate.watermark(seq), 0)
        if self.log is not None and self.is_protected():
            if self.log.lag(self.node.now) > self.node.parameters.lag_max:
                self.node.guest.slow()
            else:
                self.node.guest.hasten()

    # Messages.

    def heard(self, connection: int | None, message: JSON) -> None:
        kind = message["kind"]
        if connection is not None and connection != self.connection:
            return
        if kind == "refuse" and message["epoch"] == self.epoch:
            self._refused()
        if message["vm"] != self.node.vm or message["from"] != self.peer:
            return
        if kind == "acknowledge" and message["epoch"] > self.epoch:
            self.fault()
        if message["epoch"] != self.epoch:
            return
        if connection is None:
            if kind == "beat":
                self.node.watch.hear_beat(self.node.is_swap_outstanding())
            return
        self.node.watch.hear_channel(self.node.is_swap_outstanding())
        self._obey(kind, message)

    def _refused(self) -> None:
        """A refusal counts until T4 is sent, by its channel and epoch alone."""
        if self.reopening:
            self.fault()
        elif self.owner.operation is None:
            self.surrender()

    def _obey(self, kind: str, message: JSON) -> None:
        if kind == "welcome":
            self._welcomed(message["next"])
        elif kind == "ready":
            self._readied()
        elif kind == "acknowledge":
            self._acknowledged(message["upto"], message["applied"])
        elif kind == "alive" and self.log is not None:
            self.log.consume(message["applied"])
        elif kind == "diverged":
            self._diverged()

    def _welcomed(self, next_sequence: int) -> None:
        if self.reopening and self.greeted:
            resume(self, next_sequence)
        elif self.stage == "greeting" and self.owner.operation is None:
            if next_sequence != 1:
                self.fault()
                return
            self.stage = "copying"
            self.node.heartbeat.begin_alives()
            self.node.guest.copy()

    def copied(self, position: int, state: bytes) -> None:
        """From this position on every input and output is an entry.

        spec: pairing.exact-copy, pairing.record-while-joining
        """
        if self.stage != "copying":
            return
        self.stage = "syncing"
        self.log = OwnerLog(position)
        self.send_copy(position, state)

    def send_copy(self, position: int, state: bytes) -> None:
        assert self.connection is not None
        devices = self.owner.devices
        self.node.send(
            self.connection,
            "copy",
            self.epoch,
            position=position,
            state=state,
            open=devices.operations(),
            offsets=devices.offsets(),
        )

    def _readied(self) -> None:
        """spec: pairing.close-gate-before-protect, pairing.issue-before-protect"""
        if self.stage == "syncing" and self.owner.operation is None and self.log is not None:
            self.stage = "draining"
            self.gate_closed_at = self.log.seq
            self.owner.gate.close()

    def asks_protect(self) -> bool:
        """T4 is due, or was sent and is not resolved.

        spec: pairing.drain-before-protect, pairing.ready-before-protect
        """
        is_drained = (
            self.stage == "draining"
            and self.log is not None
            and self.log.acknowledged >= self.gate_closed_at
        )
        if is_drained:
            self.stage = "protecting"
            self.node.timers.clear("join")
        return self.stage == "protecting"

    def protected(self) -> None:
        """spec: protection.running-when-read, pairing.eligible-when-recorded"""
        if self.stage != "protecting":
            return
        self.stage = "protected"
        self.node.watch.begin()
        if self.owner.operation is not None:
            self.owner.operation.paired()
        else:
            self.node.report("running", "protect")

    def _acknowledged(self, upto: int, applied: int) -> None:
        """spec: logging.acknowledgement-from-recorded-backup,
        output.late-acknowledgement-releases
        """
        if upto > (self.log.seq if self.log is not None else 0):
            self.fault()
        elif self.log is not None:
            self.log.consume(applied)
            self.count(upto)

    def count(self, upto: int) -> None:
        """An acknowledgement releases what waited for it, and makes room."""
        if self.log is not None and self.log.acknowledge(upto):
            self.owner.gate.release(upto)
            self.owner.let_run()

    def _diverged(self) -> None:
        """spec: divergence.owner-is-truth"""
        self.diverged = True
        self.lose()
