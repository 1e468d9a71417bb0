"""The owner: it runs the guest, records it, and asks for what its state calls for.

What is asked follows from the state alone: after every input `settle` looks for the first thing
that is wanted and not yet so. A request that was refused or lost is thus asked again for as long
as its reason stands, and no longer. Spec: protocol.md (Record, Arbitration, Failover).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from arbiter import Request
from devices import Devices
from gate import Gate
from idle import Idle
from manager import accept
from operations import Ask, Operation
from pairing import Pairing
from record import GIVE_UP, GO_ALONE, JOIN, PROTECT, TOUCH, Record
from role import Role
from wire import JSON

if TYPE_CHECKING:
    from node import Node


class Owner(Role):
    def __init__(self, node: Node, devices: Devices, gate: Gate) -> None:
        super().__init__(node)
        self.devices = devices
        self.gate = gate
        self.epoch: int = node.arbiter.last.epoch
        # The backup that T3 is to name, until the record names it.
        self.wanted_peer: str | None = None
        self.pairing: Pairing | None = None
        self.operation: Operation | None = None
        # The reason of a T7, from the moment it is asked until the record is read as alone.
        self.parting: str | None = None
        # The version that a T15 is to leave behind, and whether it was sent.
        self.touch_version: int | None = None
        self.is_touch_sent = False

    def manage(self, operation: str, peer: str | None) -> None:
        accept(self, operation, peer or "")

    # The guest and its disk.

    def guest_input(self, position: int, kind: str, data: bytes) -> None:
        self.node.guest.must_run()
        if kind == "completion":
            self.devices.complete(data)
        if self.pairing is not None and self.pairing.log is not None:
            self.pairing.tell(self.pairing.record(kind, position, data))
            self.let_run()

    def guest_output(self, position: int, channel: str, data: bytes) -> None:
        """An output has an entry of its own. Behind an open gate it leaves before its entry does.

        spec: output.own-entry
        """
        self.node.guest.must_run()
        output = self.devices.next(channel, data)
        self.devices.count(output)
        if self.pairing is None or self.pairing.log is None:
            self.gate.offer(output, 0)
            return
        entry = self.pairing.record("output", position, output.payload())
        self.gate.offer(output, entry.seq)
        self.pairing.tell(entry)
        self.let_run()

    def let_run(self) -> None:
        """The guest runs unless an operation or a full log holds it.

        spec: flow.stop-before-full, flow.resume-when-room
        """
        is_full = self.pairing is not None and self.pairing.is_full()
        if is_full or (self.operation is not None and self.operation.holds_guest):
            self.node.guest.hold()
        else:
            self.node.guest.run()

    def disk_answered(self, operation: int, result: str) -> None:
        """spec: device.completion-exactly-once, storage.fenced-reads-record,
        storage.fenced-hidden-from-guest
        """
        found = self.devices.open.get(operation)
        if found is None or found.answered:
            return
        if result == "fenced":
            self.node.arbiter.read()
        else:
            found.answered = True
            self.node.guest.complete(operation, result)

    def is_settled(self) -> bool:
        """Every entry acknowledged, every output issued, every operation answered."""
        log = self.pairing.log if self.pairing is not None else None
        is_acknowledged = log is None or log.is_acknowledged()
        return is_acknowledged and not self.gate.held and self.devices.is_settled()

    # Channels, messages, deadlines: to the operation if it is its own, else to the pairing.

    def heard(self, connection: int | None, message: JSON) -> None:
        if message["kind"] == "hello":
            if connection is not None:
                self.refuse(connection, message, "busy")
        elif self.operation is not None and self.operation.heard(connection, message):
            pass
        elif self.pairing is not None:
            self.pairing.heard(connection, message)

    def channel_opened(self, connection: int, peer: str) -> None:
        if self.operation is not None:
            self.operation.opened(connection)
        elif self.pairing is not None:
            self.pairing.opened(connection)

    def channel_closed(self, connection: int) -> None:
        if self.operation is not None:
            self.operation.closed(connection)
        if self.pairing is not None:
            self.pairing.closed(connection)

    def guest_copied(self, position: int, state: bytes) -> None:
        if self.operation is not None:
            self.operation.copied(position, state)
        elif self.pairing is not None:
            self.pairing.copied(position, state)

    def guest_saved(self, result: str) -> None:
        if self.operation is not None:
            self.operation.saved(result)

    def suspect(self) -> None:
        if self.pairing is not None:
            self.pairing.stop_reopening()

    def due(self, timer: str) -> None:
        if timer == "alive" and self.pairing is not None:
            self.pairing.alive()
        elif self.operation is not None:
            self.operation.due(timer)
        elif self.pairing is not None and timer == "join":
            self.pairing.surrender()

    # The record.

    def answered(self, request: Request, record: Record) -> None:
        """The outcome is decided by what the record says, whatever was asked.

        spec: arbitration.outcome-by-reading, arbitration.own-win-recognised
        """
        if record.owner == self.node.me:
            if record.phase == "alone":
                self._alone(record)
            elif record.phase == "joining":
                self._joining(record)
            else:
                self._protected(record)
        elif self.operation is not None and self.operation.is_done(request, record):
            self._stop(self.operation.reason)
        else:
            self._lose()

    def _alone(self, record: Record) -> None:
        """spec: failover.alone-after-record, failover.stop-recording-when-alone"""
        if self.pairing is None:
            return
        self._end_pairing()
        self.epoch = record.epoch
        self.parting = self.touch_version = None
        self.node.guest.free()
        state = "needSecondary"
        if self.operation is not None:
            if self.operation.is_silent:
                return
            state = self.operation.alone()
        self.gate.open()
        self.let_run()
        self.node.report(state, record.reason)

    def _joining(self, record: Record) -> None:
        """spec: pairing.epoch-before-first-entry"""
        if self.wanted_peer is None or self.operation is not None:
            return
        self.epoch = record.epoch
        self.pairing = Pairing(self, self.wanted_peer)
        self.wanted_peer = None
        self.pairing.connect()
        self.node.report("starting", record.reason)

    def _protected(self, record: Record) -> None:
        if self.touch_version is not None and record.version >= self.touch_version:
            self.touch_version = None
        if self.pairing is not None and record.backup == self.pairing.peer:
            self.pairing.protected()
        elif self.operation is not None:
            self.operation.replaced()

    def _stop(self, reason: str) -> None:
        """spec: lifecycle.power-off-recorded, lifecycle.suspend-recorded"""
        self.node.guest.halt(reason, "none")
        self._end_pairing()
        self.node.report("enabled", reason)
        self.node.become(Idle(self.node))

    def _lose(self) -> None:
        """spec: failover.loser-halts, output.cancel-queued, lifecycle.power-off-superseded"""
        self.node.guest.halt("superseded", "halted")
        self._end_pairing()
        if self.operation is not None:
            self.operation.end()
        self.node.report("halted", "superseded")
        self.node.become(Idle(self.node, halted=True))

    def _end_pairing(self) -> None:
        if self.pairing is not None:
            self.pairing.end()
            self.pairing = None

    # What is wanted.

    def touch(self) -> None:
        """spec: pairing.replacement-given-up"""
        self.touch_version = self.node.arbiter.last.version + 1
        self.is_touch_sent = False

    def settle(self) -> None:
        if self.operation is not None:
            self.operation.settle()
        if self.node.arbiter.pending is None and (ask := self._wanted()) is not None:
            self.node.arbiter.ask(*ask)

    def _wanted(self) -> Ask | None:
        """The one thing to ask now. What was sent and is not resolved comes first.

        spec: arbitration.one-kind-of-request, failover.single-transition
        """
        operation, pairing = self.operation, self.pairing
        if operation is not None and (ask := operation.asks_first()) is not None:
            return ask
        if self.touch_version is not None and self.is_touch_sent:
            return (TOUCH, None, "give-up")
        if pairing is not None and pairing.is_protected():
            reason = self._parting_reason()
            if reason is not None:
                return self._go_alone(reason)
        elif pairing is not None:
            if pairing.stage == "surrendering":
                return (GIVE_UP, None, "give-up")
            if pairing.asks_protect():
                return (PROTECT, None, "protect")
        if operation is not None and (ask := operation.asks()) is not None:
            return ask
        if self.touch_version is not None:
            self.is_touch_sent = True
            return (TOUCH, None, "give-up")
        if self.wanted_peer is not None:
            return (JOIN, self.wanted_peer, "protect")
        return None

    def _parting_reason(self) -> str | None:
        """A T7 that was sent is not withdrawn: it keeps its reason until it is resolved."""
        assert self.pairing is not None
        if self.parting is not None:
            return self.parting
        if self.node.watch.suspected:
            return "diverged" if self.pairing.diverged else "lost-backup"
        return self.operation.parting() if self.operation is not None else None

    def _go_alone(self, reason: str) -> Ask:
        """A T7 changes the record, so that nothing is left to be touched."""
        assert self.pairing is not None
        self.parting = reason
        self.pairing.stop_reopening()
        if self.operation is not None:
            self.operation.part()
        self.touch_version = None
        return (GO_ALONE, None, reason)

    def facts(self) -> JSON:
        log = self.pairing.log if self.pairing is not None else None
        is_protected = self.pairing is not None and self.pairing.is_protected()
        return {
            "role": "owner",
            "gate": self.gate.position,
            "waiting": len(self.gate.held),
            "sent": log.seq if log is not None else 0,
            "acknowledged": log.acknowledged if log is not None else 0,
            "lag": log.lag_status(self.node.now) if log is not None and is_protected else "gray",
        }
