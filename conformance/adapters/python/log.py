"""The owner's log of one epoch: numbering, what is not acknowledged, what is not consumed.

It sends nothing; the owner does. Spec: protocol.md (Logging, Flow).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

SECOND = 1_000_000_000
GREEN_MAX = 2 * SECOND
YELLOW_MAX = 6 * SECOND

# Instants that are remembered for the lag. Entries beyond them take that of the last before them,
# which makes the lag seem longer and never shorter.
INSTANTS_MAX = 4096


@dataclass(frozen=True)
class Entry:
    seq: int
    position: int
    kind: str
    data: bytes


@dataclass
class OwnerLog:
    """spec: logging.consecutive-sequence, pairing.keep-until-acknowledged"""

    position: int
    seq: int = 0
    sent: int = 0
    acknowledged: int = 0
    applied: int = 0
    ended: bool = False
    kept: deque[Entry] = field(default_factory=deque)
    numbered: deque[tuple[int, int]] = field(default_factory=deque)

    def append(self, kind: str, position: int, data: bytes, now: int) -> Entry:
        self.seq += 1
        self.position = position
        entry = Entry(self.seq, position, kind, data)
        self.kept.append(entry)
        if not self.numbered or len(self.numbered) < INSTANTS_MAX:
            self.numbered.append((self.seq, now))
        return entry

    def end(self, kind: str, now: int) -> Entry:
        """`power-off` or `yield`: at the position of the entry before it, and nothing after."""
        self.ended = True
        return self.append(kind, self.position, b"", now)

    def acknowledge(self, upto: int) -> bool:
        """Counts an acknowledgement; says whether it was a new one.

        spec: logging.lower-acknowledgement-ignored
        """
        if upto <= self.acknowledged:
            return False
        self.acknowledged = upto
        while self.kept and self.kept[0].seq <= upto:
            self.kept.popleft()
        return True

    def is_full(self, entries_max: int) -> bool:
        """spec: flow.buffer-counts-unacknowledged"""
        return self.seq - self.acknowledged >= entries_max

    def is_acknowledged(self) -> bool:
        return self.acknowledged == self.seq

    def consume(self, applied: int) -> None:
        """spec: flow.lag-in-acknowledgements"""
        if applied > self.seq or applied <= self.applied:
            return
        self.applied = applied
        while len(self.numbered) > 1 and self.numbered[1][0] <= applied + 1:
            self.numbered.popleft()
        if applied == self.seq:
            self.numbered.clear()

    def lag(self, now: int) -> int:
        """The time since the oldest entry that is not consumed was numbered."""
        return now - self.numbered[0][1] if self.numbered else 0

    def lag_status(self, now: int) -> str:
        """spec: flow.lag-status"""
        lag = self.lag(now)
        return "green" if lag <= GREEN_MAX else "yellow" if lag <= YELLOW_MAX else "red"
