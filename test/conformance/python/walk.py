"""A seeded walk of three Python nodes through a world with faults, written down as a trace.

    python3 test/conformance/python/walk.py SEED [STEPS] > trace.jsonl
    node lockstep.js model refine trace.jsonl

The suite does not play reconnecting and the replacement of a backup yet; the model judges traces
of both. The world is small: an arbiter, a disk, channels that break, datagrams that are lost, and
a guest that is a hash chain. Spec: conformance.md (Recorded traces).
"""

from __future__ import annotations

import hashlib
import json
import random
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[3] / "conformance" / "adapters" / "python"))

from adapter import Adapter  # noqa: E402
from devices import operation_of  # noqa: E402
from wire import decode, encode  # noqa: E402

JSON = dict[str, Any]
MILLISECOND = 1_000_000
STEPS_DEFAULT = 400
PARAMETERS: JSON = {
    "beatInterval": str(100 * MILLISECOND),
    "aliveInterval": str(130 * MILLISECOND),
    "beatTimeout": str(350 * MILLISECOND),
    "channelTimeout": str(470 * MILLISECOND),
    "arbiterRetry": str(170 * MILLISECOND),
    "joinTimeout": str(1900 * MILLISECOND),
    "yieldTimeout": str(2300 * MILLISECOND),
    "lagMax": str(1000 * MILLISECOND),
    "entriesMax": "8",
    "network": "at-least-once",
    "reconnect": True,
    "configuration": "AQI=",
}

# What the manager says while the record is in a phase; repeated is more likely.
OPERATIONS = {
    "off": ("start",),
    "alone": ("protect",),
    "joining": ("protect", "test-failover"),
    "protected": ("replace-backup", "replace-backup", "test-failover", "restart-secondary"),
    "suspended": ("resume",),
}
NAMES_PEER = frozenset(("protect", "replace-backup"))


class Guest:
    """A hash chain: what it puts out depends on all that it was given, in order."""

    def __init__(self) -> None:
        self.mode = "none"
        self.chain = b""
        self.position = 0
        self.operations = 0
        self.completions: list[int] = []

    def absorb(self, kind: str, position: int, data: bytes) -> None:
        text = f"{kind} {position} ".encode() + data
        self.chain = hashlib.sha256(self.chain + text).digest()
        self.position = position

    def make(self, channel: str, position: int) -> bytes:
        data = hashlib.sha256(self.chain + f"{channel} {position}".encode()).digest()[:8]
        self.absorb(channel, position, data)
        return data

    def state(self) -> bytes:
        return json.dumps([self.chain.hex(), self.position, self.completions]).encode()

    def restore(self, state: bytes) -> None:
        chain, self.position, self.completions = json.loads(state)
        self.chain = bytes.fromhex(chain)
        self.mode = "replaying"


class World:
    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.adapter = Adapter()
        self.hosts = {"p": "p#1", "b": "b#1", "c": "c#1"}
        self.names = {incarnation: name for name, incarnation in self.hosts.items()}
        nodes = [{"name": name, "incarnation": each} for name, each in self.hosts.items()]
        self.adapter.reset({"parameters": PARAMETERS, "vm": "vm-1", "nodes": nodes, "at": "0"})
        self.now = 0
        self.record: JSON | None = None
        self.fence = 0
        self.guests = {name: Guest() for name in self.hosts}
        self.channels: dict[int, set[str]] = {}
        # A host that hears no other for a while; the arbiter and its disk it does hear.
        self.deaf: str | None = None
        # What is under way, in order within a lane: (node, input).
        self.lanes: dict[tuple[str, ...], list[tuple[str, JSON]]] = {}
        print(json.dumps(self._header(nodes)))

    def _header(self, nodes: list[JSON]) -> JSON:
        return {
            "format": "lockstep-trace/1",
            "revision": "2026-1-draft",
            "vm": "vm-1",
            "nodes": [{"node": each["name"], "incarnation": each["incarnation"]} for each in nodes],
            "parameters": PARAMETERS,
            "from": "start",
            "omitted": [],
        }

    def give(self, node: str, given: JSON) -> None:
        given = encode(given)
        print(json.dumps({"node": node, "at": str(self.now), "input": given}))
        outcome = self.adapter.step({"node": node, "input": given})
        said = [each["effect"] for each in outcome["effects"]]
        refused = {"refused": outcome["refused"]["code"]} if "refused" in outcome else {}
        print(json.dumps({"node": node, "effects": said, **refused}))
        for effect in said:
            self._carry_out(node, decode_effect(effect))

    def advance(self, to: int) -> None:
        self.now = to
        for name, node in self.adapter.nodes.items():
            given = {"type": "clock.advanced", "at": str(to)}
            print(json.dumps({"node": name, "at": str(to), "input": given}))
            effects = [encode(effect) for effect in node.advance(to)]
            print(json.dumps({"node": name, "effects": effects}))
            for effect in effects:
                self._carry_out(name, decode_effect(effect))

    def post(self, lane: tuple[str, ...], node: str, given: JSON) -> None:
        self.lanes.setdefault(lane, []).append((node, given))

    def _carry_out(self, node: str, effect: JSON) -> None:
        kind = effect["type"]
        if kind.startswith("guest."):
            self._tell_guest(node, kind, effect)
        elif kind.startswith("channel."):
            self._use_channel(node, kind, effect)
        elif kind == "datagram.send" and effect["to"] in self.names:
            to = self.names[effect["to"]]
            self.post(
                (node, to, "datagram"),
                to,
                {"type": "datagram.arrived", "message": effect["message"]},
            )
        elif kind == "arbiter.request":
            self.post((node, "arbiter"), node, {**effect, "type": "ask"})
        elif kind == "disk.request":
            result = "done" if effect["token"] >= self.fence else "fenced"
            if "fence" in effect["action"]:
                self.fence, result = max(self.fence, effect["token"]), "done"
            answer = {"operation": effect["operation"], "result": result}
            self.post((node, "disk"), node, {"type": "disk.answered", **answer})

    def _use_channel(self, node: str, kind: str, effect: JSON) -> None:
        connection = effect["connection"]
        if kind == "channel.open":
            peer = self.names[effect["peer"]]
            if connection in self.channels:
                lane = (node, "channel", f"{connection} refused")
                self.post(lane, node, {"type": "channel.closed", "connection": connection})
                return
            self.channels[connection] = {node, peer}
            for here, there in ((node, peer), (peer, node)):
                opened = {"connection": connection, "peer": self.hosts[there]}
                lane = (here, "channel", str(connection))
                self.post(lane, here, {"type": "channel.opened", **opened})
        elif connection in self.channels:
            for to in self.channels[connection] - {node}:
                lane = (to, "channel", str(connection))
                if kind == "channel.send":
                    arrived = {"connection": connection, "message": effect["message"]}
                    self.post(lane, to, {"type": "channel.arrived", **arrived})
                else:
                    self.post(lane, to, {"type": "channel.closed", "connection": connection})
            if kind == "channel.close":
                del self.channels[connection]
                self.lanes.pop((node, "channel", str(connection)), None)

    def cut(self, connection: int) -> None:
        """Both ends hear of it; what was under way is lost."""
        for node in self.channels.pop(connection):
            lane = (node, "channel", str(connection))
            opened = [
                each for each in self.lanes.get(lane, []) if each[1]["type"] == "channel.opened"
            ]
            self.lanes[lane] = opened
            self.post(lane, node, {"type": "channel.closed", "connection": connection})

    def _tell_guest(self, node: str, kind: str, effect: JSON) -> None:
        guest = self.guests[node]
        if kind == "guest.run":
            guest.mode = "running"
        elif kind == "guest.hold":
            guest.mode = "held"
        elif kind == "guest.halt":
            self.guests[node] = Guest()
            for lane in [lane for lane in self.lanes if lane in ((node, "disk"), (node, "guest"))]:
                del self.lanes[lane]
        elif kind == "guest.copy":
            copied = {"position": guest.position, "state": guest.state()}
            self.post((node, "guest"), node, {"type": "guest.copied", **copied})
        elif kind == "guest.restore":
            guest.restore(effect["state"])
        elif kind == "guest.complete":
            guest.completions.append(effect["operation"])
        elif kind == "guest.apply":
            self.post((node, "guest"), node, {"type": "apply", "entry": effect["entry"]})

    def deliver(self, lane: tuple[str, ...]) -> None:
        node, given = self.lanes[lane].pop(0)
        if not self.lanes[lane]:
            del self.lanes[lane]
        if given["type"] == "ask":
            self._arbitrate(node, given)
        elif given["type"] == "apply":
            self._apply(node, given["entry"])
        else:
            self.give(node, given)

    def _arbitrate(self, node: str, request: JSON) -> None:
        swap = request["action"].get("swap")
        version = self.record["version"] if self.record else 0
        chance = self.random.random()
        if swap and chance > 0.05 and swap["version"] == version:
            self.record = swap["record"]
        if chance < 0.1:
            self.give(node, {"type": "arbiter.failed", "nonce": request["nonce"]})
        else:
            answer = {"nonce": request["nonce"], "record": self.record}
            self.give(node, {"type": "arbiter.answered", **answer})

    def _apply(self, node: str, entry: JSON) -> None:
        guest, answer = self.guests[node], {"type": "guest.applied", "seq": entry["seq"]}
        if entry["kind"] == "output":
            channel = ("console", "network", "disk")[entry["data"][0]]
            data = guest.make(channel, entry["position"])
            answer["output"] = {"channel": channel, "data": data}
        elif entry["kind"] != "yield":
            guest.absorb(entry["kind"], entry["position"], entry["data"])
            if entry["kind"] == "completion":
                number = operation_of(entry["data"])
                guest.completions = [each for each in guest.completions if each != number]
        self.give(node, answer)

    def act(self, node: str) -> None:
        """The running guest does something."""
        guest = self.guests[node]
        position = guest.position + 1
        if guest.completions:
            data = f"{guest.completions.pop(0)} done".encode()
            guest.absorb("completion", position, data)
            given = {"type": "guest.input", "kind": "completion", "data": data}
        elif self.random.random() < 0.5:
            data = self.random.randbytes(3)
            guest.absorb("input", position, data)
            given = {"type": "guest.input", "kind": "input", "data": data}
        else:
            channel = self.random.choice(("network", "console", "disk"))
            data = guest.make(channel, position)
            given = {"type": "guest.output", "channel": channel, "data": data}
        self.give(node, {**given, "position": position})

    def manage(self) -> None:
        """Mostly to the owner that the record names, and what it can use now."""
        record = self.record or {"phase": "off", "owner": None}
        owner = self.names.get(record["owner"] or "", "p")
        node = owner if self.random.random() < 0.9 else self.random.choice(sorted(self.hosts))
        kind = self.random.choice(OPERATIONS[record["phase"]])
        peers = [each for each in self.hosts.values() if each != self.hosts[node]]
        peer = {"peer": self.random.choice(peers)} if kind in NAMES_PEER else {}
        self.give(node, {"type": f"manager.{kind}", **peer})

    def audible(self) -> list[tuple[str, ...]]:
        """The lanes that something may come by now."""
        wires = [lane for lane in self.lanes if "channel" in lane or "datagram" in lane]
        deaf = {lane for lane in wires if self.lanes[lane][0][0] == self.deaf}
        return sorted(lane for lane in self.lanes if lane not in deaf)

    def may_act(self, node: str) -> bool:
        """A guest that is to answer with its copy does nothing else before."""
        return self.guests[node].mode == "running" and (node, "guest") not in self.lanes

    def step(self) -> None:
        running = [name for name in self.hosts if self.may_act(name)]
        chance = self.random.random()
        if chance < 0.04:
            self.manage()
        elif chance < 0.05 and self.channels:
            self.cut(self.random.choice(sorted(self.channels)))
        elif chance < 0.16 and running:
            self.act(self.random.choice(running))
        elif chance < 0.06:
            self.deaf = self.random.choice((*sorted(self.hosts), None))
        elif chance < 0.9 and (lanes := self.audible()):
            lane = self.random.choice(lanes)
            if lane[-1] == "datagram" and self.random.random() < 0.1:
                self.lanes[lane].pop(0)
                self.lanes = {key: value for key, value in self.lanes.items() if value}
            else:
                self.deliver(lane)
        else:
            due = [at for node in self.adapter.nodes.values() if (at := node.timers.next())]
            if due:
                self.advance(max(self.now, min(due)))


def decode_effect(effect: JSON) -> JSON:
    """An effect as the world reads it; the state of a report is a word, and of no use here."""
    return {} | {"type": "report"} if effect["type"] == "report" else decode(effect)


def main() -> None:
    seed = int(sys.argv[1])
    steps = int(sys.argv[2]) if len(sys.argv) > 2 else STEPS_DEFAULT
    world = World(seed)
    world.give("p", {"type": "manager.start"})
    for _ in range(steps):
        world.step()


if __name__ == "__main__":
    main()
