"""The backup's log: what it holds, what its guest has consumed, which outputs it must keep.

Spec: protocol.md (Logging, Output, Divergence).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from devices import Devices, Output
from gate import issue
from wire import JSON

if TYPE_CHECKING:
    from node import Node

KINDS = frozenset(("input", "time-stamp", "timer", "completion", "output", "power-off", "yield"))
ENDS = frozenset(("power-off", "yield"))

Held = Literal["next", "duplicate", "fault"]


@dataclass
class Replay:
    node: Node
    devices: Devices
    held: int = 0
    applied: int = 0
    watermark: int = 0
    ended_by: str | None = None
    diverged: bool = False
    # Entries that the guest has not consumed, and outputs above the watermark.
    entries: dict[int, JSON] = field(default_factory=dict)
    outputs: dict[int, Output] = field(default_factory=dict)

    def hold(self, message: JSON) -> Held:
        """Takes one entry off the channel and hands it to the guest.

        spec: logging.acknowledge-held-entries, logging.drop-duplicates, logging.nothing-after-gap,
        logging.undecodable-not-acknowledged, lifecycle.power-off-entry-ends-replay
        """
        seq, kind = message["seq"], message["entry"]
        if seq <= self.held:
            self.note_watermark(message["watermark"])
            return "duplicate"
        if seq != self.held + 1 or kind not in KINDS or self.ended_by is not None:
            return "fault"
        self.held = seq
        self.note_watermark(message["watermark"])
        if kind in ENDS:
            self.ended_by = kind
        if kind != "power-off":
            fields = {name: message[name] for name in ("seq", "position", "data")}
            self.entries[seq] = {**fields, "kind": kind}
            self.node.guest.apply(self.entries[seq])
        return "next"

    def note_watermark(self, watermark: int) -> None:
        """spec: logging.keep-output-bytes"""
        self.watermark = max(self.watermark, watermark)
        for seq in [seq for seq in self.outputs if seq <= self.watermark]:
            del self.outputs[seq]

    def consume(self, seq: int, output: JSON | None) -> bool:
        """The guest consumed the next entry. False where its own output does not fit the log.

        spec: divergence.check-output, device.owner-completion-is-truth
        """
        entry = self.entries[seq]
        if entry["kind"] == "output":
            made = self.devices.next(output["channel"], output["data"]) if output else None
            if made is None or made.payload() != entry["data"]:
                return False
            self.devices.count(made)
            if seq > self.watermark:
                self.outputs[seq] = made
        elif entry["kind"] == "completion":
            self.devices.complete(entry["data"])
        self.applied = seq
        del self.entries[seq]
        return True

    def is_next(self, seq: int) -> bool:
        return seq == self.applied + 1 and seq in self.entries

    def is_consumed(self) -> bool:
        """Nothing is left for the guest; `power-off` was never given to it."""
        return not self.entries

    def is_yield_consumed(self) -> bool:
        return self.ended_by == "yield" and not self.entries

    def reissue(self, token: int) -> None:
        """What a takeover issues once more: open operations, then outputs above the watermark.

        spec: failover.reissue-open-operations, output.reissue-after-takeover,
        output.not-below-watermark, output.drop-at-takeover, device.reissue-keeps-order
        """
        for number, operation in self.devices.open.items():
            issue(self.node, Output("disk", number, operation.data), token)
        for output in self.outputs.values():
            if output.channel == "console" or (
                output.channel == "network" and self.node.parameters.network_at_least_once
            ):
                issue(self.node, output, token)
