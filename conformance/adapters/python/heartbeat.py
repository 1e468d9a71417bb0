"""Beats, keep-alives and suspicion. None of it decides who is live.

`Heartbeat` is the part that sends, `Watch` the part that listens. What an alive says and what a
suspicion leads to is decided by the role. Spec: protocol.md (Heartbeat).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from node import Node


class Heartbeat:
    """Beats to a peer from the hello on, alives on its channel from the welcome on."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.peer = ""
        self.epoch = 0
        self.number = 0

    def begin_beats(self, peer: str, epoch: int) -> None:
        self.peer, self.epoch = peer, epoch
        self._wait_beat()

    def begin_alives(self) -> None:
        self.node.timers.set("alive", self.node.now + self.node.parameters.alive_interval)

    def end(self) -> None:
        self.node.timers.clear("beat", "alive")

    def beat(self) -> None:
        """spec: heartbeat.send-every-interval, heartbeat.identified-beats"""
        self.number += 1
        message = self.node.message("beat", self.epoch, number=self.number)
        self.node.do("datagram.send", to=self.peer, message=message)
        self._wait_beat()

    def alive(self, connection: int, seq: int, watermark: int, applied: int) -> None:
        """spec: heartbeat.keep-alive-outside-log, heartbeat.keep-alive-content"""
        fields = {"seq": seq, "watermark": watermark, "applied": applied}
        self.node.send(connection, "alive", self.epoch, **fields)
        self.begin_alives()

    def _wait_beat(self) -> None:
        self.node.timers.set("beat", self.node.now + self.node.parameters.beat_interval)


class Watch:
    """When the peer was heard last, and whether it is suspected.

    A suspicion by silence is withdrawn when neither path is silent any more; one by a closed
    channel or by a divergence never is.
    """

    def __init__(self, node: Node) -> None:
        self.node = node
        self.watching = False
        self.silent: set[str] = set()
        self.silence_suspected = False
        self.bereft = False

    @property
    def suspected(self) -> bool:
        return self.watching and (self.silence_suspected or self.bereft)

    def begin(self) -> None:
        """What was lost before the watch began counts from now on.

        spec: heartbeat.timers-restart-with-epoch
        """
        self.watching = True
        self.silent.clear()
        self.silence_suspected = False
        self._wait("beat-timeout", self.node.parameters.beat_timeout)
        self._wait("channel-timeout", self.node.parameters.channel_timeout)

    def end(self) -> None:
        self.watching = self.silence_suspected = self.bereft = False
        self.node.timers.clear("beat-timeout", "channel-timeout")

    def lose(self) -> None:
        """The channel is closed and not opened again, or a divergence was told."""
        self.bereft = True

    def miss(self, timer: str) -> bool:
        """A path has been silent too long. Says whether that is a new suspicion.

        spec: heartbeat.suspect-on-silence, heartbeat.suspect-on-channel-silence
        """
        is_new = not self.suspected
        self.silent.add(timer)
        self.silence_suspected = True
        return is_new

    def hear_beat(self, is_swap_outstanding: bool) -> None:
        if self.watching:
            self._wait("beat-timeout", self.node.parameters.beat_timeout)
            self._hear("beat-timeout", is_swap_outstanding)

    def hear_channel(self, is_swap_outstanding: bool) -> None:
        if self.watching:
            self._wait("channel-timeout", self.node.parameters.channel_timeout)
            self._hear("channel-timeout", is_swap_outstanding)

    def _hear(self, timer: str, is_swap_outstanding: bool) -> None:
        """spec: heartbeat.suspicion-withdrawn, heartbeat.late-beat-changes-nothing"""
        self.silent.discard(timer)
        if not self.silent and not is_swap_outstanding:
            self.silence_suspected = False

    def _wait(self, timer: str, period: int) -> None:
        self.node.timers.set(timer, self.node.now + period)
