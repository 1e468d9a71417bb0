"""One host's agent for one virtual machine, put together: what all its roles share.

A node is given an input and says what it wants done. Which role it plays decides what an input
means; the roles are in idle, starting, owner, backup and takeover. Spec: protocol.md (Node).
"""

from __future__ import annotations

from typing import Any

from arbiter import Arbiter
from guest import Guest
from heartbeat import Heartbeat, Watch
from idle import Idle
from record import READ, Record
from role import Role
from timers import Timers
from wire import JSON, Parameters


class Node:
    def __init__(self, me: str, vm: str, parameters: Parameters, now: int) -> None:
        self.me = me
        self.vm = vm
        self.parameters = parameters
        self.now = now
        self.effects: list[JSON] = []
        self.state = "notConfigured"
        self.timers = Timers()
        self.arbiter = Arbiter(self)
        self.guest = Guest(self)
        self.heartbeat = Heartbeat(self)
        self.watch = Watch(self)
        self.connection_highest = 0
        self.hello_epoch_highest = 0
        self.role: Role = Idle(self)

    # Inputs.

    def step(self, given: JSON) -> list[JSON]:
        """The effects of one input, in order; or `Refused`, and nothing has changed."""
        self.effects = []
        kind = given["type"]
        if kind.startswith("manager."):
            self.role.manage(kind.removeprefix("manager."), given.get("peer"))
        elif kind == "channel.arrived":
            self._hear(given["connection"], given["message"])
        elif kind == "datagram.arrived":
            self._hear(None, given["message"])
        elif kind == "arbiter.answered":
            self._read(given["nonce"], given["record"])
        elif kind != "arbiter.failed":
            self._tell_role(kind, given)
        self.role.settle()
        return self.effects

    def advance(self, to: int) -> list[JSON]:
        """`clock.advanced`: every deadline up to this instant, earliest first."""
        self.effects = []
        self.now = to
        while name := self.timers.take(to):
            self._expire(name)
            self.role.settle()
        return self.effects

    def _tell_role(self, kind: str, given: JSON) -> None:
        fields = {name: value for name, value in given.items() if name != "type"}
        if kind == "channel.opened":
            self.connection_highest = max(self.connection_highest, given["connection"])
        getattr(self.role, kind.replace(".", "_"))(**fields)

    def _expire(self, name: str) -> None:
        if name == "retry":
            self.arbiter.send()
        elif name == "beat":
            self.heartbeat.beat()
        elif name in ("beat-timeout", "channel-timeout"):
            if self.watch.miss(name):
                self.role.suspect()
        else:
            self.role.due(name)

    def _hear(self, connection: int | None, message: JSON) -> None:
        """A message of a higher epoch leads to a read, unless what it leads to is asked instead.

        spec: arbitration.higher-epoch-reads-record
        """
        epoch = self.role.epoch
        self.role.heard(connection, message)
        self.role.settle()
        if epoch is not None and message["vm"] == self.vm and message["epoch"] > epoch:
            self.arbiter.read()

    def _read(self, nonce: int, record: JSON | None) -> None:
        read = Record.none(self.vm) if record is None else Record.decode(record)
        request = self.arbiter.answer(nonce, read, self.role.epoch_least)
        if request is not None:
            self.role.answered(request, read)

    # Effects.

    def do(self, kind: str, /, **fields: Any) -> None:
        self.effects.append({"type": kind, **fields})

    def message(self, kind: str, epoch: int, /, **fields: Any) -> JSON:
        return {"kind": kind, "vm": self.vm, "epoch": epoch, "from": self.me, **fields}

    def send(self, connection: int, kind: str, epoch: int, /, **fields: Any) -> None:
        message = self.message(kind, epoch, **fields)
        self.do("channel.send", connection=connection, message=message)

    def open(self, peer: str) -> int:
        """Opens a connection with a number higher than any that this node used or saw."""
        self.connection_highest += 1
        self.do("channel.open", peer=peer, connection=self.connection_highest)
        return self.connection_highest

    def close(self, connection: int | None) -> None:
        if connection is not None:
            self.do("channel.close", connection=connection)

    def report(self, state: str, reason: str) -> None:
        """spec: lifecycle.state-change-event, lifecycle.states"""
        self.state = state
        self.do("report", state=state, reason=reason)

    def is_swap_outstanding(self) -> bool:
        """It is resolved before a suspicion is withdrawn."""
        pending = self.arbiter.pending
        return pending is not None and pending.kind != READ

    def become(self, role: Role) -> None:
        self.role = role

    # What can be observed.

    def facts(self) -> JSON:
        record = self.arbiter.last
        facts = {
            "state": self.state,
            "role": "none",
            "epoch": record.epoch,
            "version": record.version,
            "token": record.token,
            "gate": "shut",
            "sent": 0,
            "acknowledged": 0,
            "held": 0,
            "applied": 0,
            "waiting": 0,
            "share": self.guest.share,
            "lag": "gray",
            "suspicion": self.watch.suspected,
            "guest": self.guest.state,
        }
        return {**facts, **self.role.facts()}
