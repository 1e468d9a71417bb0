"""What has gone through the guest's devices: how far each channel has come, and what is open.

Owner and backup count alike, the one from its running guest, the other from what its replaying
guest made. Spec: protocol.md (Devices, Messages), replay.md (Payloads).
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass, field

from wire import JSON

CHANNELS = ("console", "network", "disk")

# channel 2, offset 8, size 4, check 8; little-endian (replay.md, Payloads).
PAYLOAD = struct.Struct("<HQI8s")


@dataclass(frozen=True)
class Output:
    """One output. `offset` counts bytes; of the disk it is the number of the operation."""

    channel: str
    offset: int
    data: bytes

    def payload(self) -> bytes:
        """The data of this output's entry: what the backup's own bytes are compared with.

        spec: divergence.check-output
        """
        check = hashlib.sha256(self.data).digest()[:8]
        return PAYLOAD.pack(CHANNELS.index(self.channel), self.offset, len(self.data), check)


@dataclass
class Operation:
    """A disk operation that the guest has issued and not seen completed."""

    data: bytes
    answered: bool = False


def operation_of(completion: bytes) -> int | None:
    """The operation that a completion names: the decimal digits with which its data begin."""
    digits = len(completion) - len(completion.lstrip(b"0123456789"))
    return int(completion[:digits]) if digits else None


@dataclass
class Devices:
    network: int = 0
    console: int = 0
    disk: int = 0
    open: dict[int, Operation] = field(default_factory=dict)

    @staticmethod
    def decode(offsets: JSON, operations: list[JSON], answered: bool = False) -> Devices:
        open_now = {each["operation"]: Operation(each["data"], answered) for each in operations}
        return Devices(offsets["network"], offsets["console"], offsets["disk"], open_now)

    def offsets(self) -> JSON:
        return {"network": self.network, "console": self.console, "disk": self.disk}

    def operations(self) -> list[JSON]:
        """spec: pairing.copy-open-operations"""
        return [{"operation": number, "data": each.data} for number, each in self.open.items()]

    def next(self, channel: str, data: bytes) -> Output:
        """The output that these bytes would be. Nothing is counted yet."""
        if channel == "disk":
            return Output(channel, self.disk + 1, data)
        return Output(channel, self.network if channel == "network" else self.console, data)

    def count(self, output: Output) -> None:
        """spec: output.offset-continues, device.operations-numbered-alike"""
        if output.channel == "network":
            self.network += len(output.data)
        elif output.channel == "console":
            self.console += len(output.data)
        else:
            self.disk = output.offset
            self.open[output.offset] = Operation(output.data)

    def complete(self, completion: bytes) -> None:
        """The guest took a completion: the operation is closed."""
        number = operation_of(completion)
        if number is not None:
            self.open.pop(number, None)

    def is_settled(self) -> bool:
        return all(operation.answered for operation in self.open.values())
