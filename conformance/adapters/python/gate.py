"""The gate: where the outputs of an owner wait until they may be issued.

Only the owner moves it, and only as protocol.md (Output) allows: suspicion does not.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Literal

from devices import Output

if TYPE_CHECKING:
    from node import Node


def issue(node: Node, output: Output, token: int) -> None:
    """Lets one output leave the host.

    spec: storage.write-carries-token, output.byte-stream-offset
    """
    if output.channel == "disk":
        action = {"write": {"data": output.data}}
        node.do("disk.request", operation=output.offset, token=token, action=action)
    else:
        node.do("output.emit", channel=output.channel, offset=output.offset, data=output.data)


class Gate:
    def __init__(self, node: Node, token: int) -> None:
        self.node = node
        self.token = token
        self.position: Literal["open", "acked", "shut"] = "open"
        self.held: deque[tuple[int, Output]] = deque()

    def offer(self, output: Output, seq: int) -> None:
        """spec: output.hold-until-acknowledged, output.held-before-new"""
        if self.position == "open":
            issue(self.node, output, self.token)
        else:
            self.held.append((seq, output))

    def release(self, upto: int) -> None:
        """spec: output.release-exactly-acknowledged, output.release-in-order"""
        while self.position == "acked" and self.held and self.held[0][0] <= upto:
            issue(self.node, self.held.popleft()[1], self.token)

    def watermark(self, seq: int) -> int:
        """The highest of the sequences up to `seq` such that every output up to it has left.

        spec: logging.issued-watermark, logging.watermark-only-issued
        """
        return self.held[0][0] - 1 if self.held else seq

    def close(self) -> None:
        self.position = "acked"

    def shut(self) -> None:
        """spec: lifecycle.power-off-stops-first"""
        self.position = "shut"

    def open(self) -> None:
        """Only ever by a record read as alone. spec: output.open-after-record"""
        self.position = "open"
        while self.held:
            issue(self.node, self.held.popleft()[1], self.token)
