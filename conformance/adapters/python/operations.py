"""Operations of the manager that take time. At most one is under way.

Each says what it asks of the arbiter, whether it holds the guest, and what it makes of the record.
Spec: protocol.md (Lifecycle).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from arbiter import Request
from record import POWER_OFF, SUSPEND, Record
from wire import JSON

if TYPE_CHECKING:
    from owner import Owner

# A kind of request, the peer that it names, its reason.
Ask = tuple[str, str | None, str]


class Operation:
    reason = ""
    holds_guest = True
    # The gate is shut for good: an `alone` is no success, and nothing is reported of it.
    is_silent = False

    def __init__(self, owner: Owner) -> None:
        self.owner = owner
        self.node = owner.node

    def begin(self) -> None:
        pass

    def settle(self) -> None:
        pass

    def asks_first(self) -> Ask | None:
        """What goes before a T7."""
        return None

    def asks(self) -> Ask | None:
        return None

    def parting(self) -> str | None:
        """The reason of a T7 that the operation itself calls for."""
        return None

    def part(self) -> None:
        """T7 is asked."""

    def paired(self) -> None:
        """A T4 that was in doubt is read as protected."""

    def alone(self) -> str:
        """Read as alone: the state to report. Ends the operation unless it goes on alone."""
        self.end()
        return "needSecondary"

    def is_done(self, request: Request, record: Record) -> bool:
        return False

    def replaced(self) -> None:
        """The record names another backup."""

    def end(self) -> None:
        self.owner.operation = None

    def heard(self, connection: int | None, message: JSON) -> bool:
        """Says whether the message was the operation's own."""
        return False

    def opened(self, connection: int) -> None:
        pass

    def closed(self, connection: int) -> None:
        pass

    def copied(self, position: int, state: bytes) -> None:
        pass

    def saved(self, result: str) -> None:
        pass

    def due(self, timer: str) -> None:
        pass


class PowerOff(Operation):
    """spec: lifecycle.power-off-stops-first, lifecycle.power-off-logged"""

    reason = "power-off"
    is_silent = True

    def begin(self) -> None:
        self.node.guest.hold()
        self.owner.gate.shut()
        self.node.timers.clear("join")
        if self.owner.pairing is not None and self.owner.pairing.is_protected():
            self.paired()

    def paired(self) -> None:
        assert self.owner.pairing is not None
        self.owner.pairing.end_log("power-off")

    def asks_first(self) -> Ask:
        return (POWER_OFF, None, "power-off")

    def is_done(self, request: Request, record: Record) -> bool:
        return record.phase == "off"


class Suspend(Operation):
    """spec: lifecycle.suspend-settles-outputs, lifecycle.suspend-recorded"""

    reason = "suspend"

    def __init__(self, owner: Owner) -> None:
        super().__init__(owner)
        self.stage = "settling"

    def begin(self) -> None:
        self.node.guest.hold()

    def settle(self) -> None:
        """spec: lifecycle.image-by-token"""
        if self.stage == "settling" and self.owner.is_settled():
            self.stage = "saving"
            devices = self.owner.devices
            token = self.owner.gate.token
            self.node.guest.save(token, devices.operations(), devices.offsets())

    def saved(self, result: str) -> None:
        if self.stage != "saving":
            return
        if result == "done":
            self.stage = "saved"
            return
        self.end()
        self.owner.let_run()
        self.node.report(self.node.state, "suspend")

    def asks_first(self) -> Ask | None:
        return (SUSPEND, None, "suspend") if self.is_silent else None

    def asks(self) -> Ask | None:
        if self.stage != "saved":
            return None
        self.is_silent = True
        self.owner.gate.shut()
        return self.asks_first()

    def alone(self) -> str:
        return "needSecondary"

    def is_done(self, request: Request, record: Record) -> bool:
        return request.kind == SUSPEND and record.phase == "suspended"


class Restart(Operation):
    """Gives the backup up, so that another can be made."""

    reason = "restart-secondary"
    holds_guest = False

    def parting(self) -> str:
        return self.reason


class TurnOff(Restart):
    """spec: lifecycle.turn-off-removes-eligibility"""

    reason = "turn-off"

    def alone(self) -> str:
        self.end()
        return "notConfigured"


class TestFailover(Operation):
    """spec: failover.stop-before-yield, failover.yield-not-taken"""

    reason = "test-failover"

    def __init__(self, owner: Owner) -> None:
        super().__init__(owner)
        self.is_late = False

    def begin(self) -> None:
        assert self.owner.pairing is not None
        self.node.guest.hold()
        self.owner.pairing.end_log("yield")
        self.node.timers.set("yield", self.node.now + self.node.parameters.yield_timeout)

    def due(self, timer: str) -> None:
        self.is_late = self.is_late or timer == "yield"

    def parting(self) -> str | None:
        return "lost-backup" if self.is_late else None
