"""An adapter of `lockstep/1` around the node of this folder: a line in, a line out.

    node lockstep.js run -- python3 conformance/adapters/python/adapter.py

It holds the nodes that a case names, and nothing of the protocol between hosts. To read that,
begin with node.py and role.py; then the roles in the order of a machine's life: idle, starting,
owner with pairing and operations, backup, takeover. What they stand on is small and alone: record,
arbiter, heartbeat, gate, log, replay, devices. Spec: conformance.md (The adapter protocol).
"""

from __future__ import annotations

import copy
import json
import sys
from typing import Any, TextIO

from node import Node
from wire import JSON, Parameters, Refused, decode, encode

PROTOCOL = "lockstep/1"
IMPLEMENTATION = {"name": "lockstep-python-example", "version": "0.1.0", "language": "Python"}
# Deadlines that one advance passes.
STOPS_MAX = 10_000
# States that are kept, and requests of one batch.
SLOTS_MAX = 16
BATCH_MAX = 64


class Adapter:
    def __init__(self) -> None:
        self.nodes: dict[str, Node] = {}
        self.slots: dict[int, dict[str, Node]] = {}
        self.is_done = False
        self.methods = {
            "hello": self.hello,
            "reset": self.reset,
            "step": self.step,
            "advance": self.advance,
            "observe": self.observe,
            "save": self.save,
            "load": self.load,
            "batch": self.batch,
            "bye": self.bye,
        }

    def hello(self, params: JSON) -> JSON:
        if params["protocol"] != PROTOCOL:
            raise ValueError(f"this adapter speaks {PROTOCOL}, the runner {params['protocol']}")
        capabilities = {"observe": True, "leap": True, "save": True, "batch": True}
        return {
            "protocol": PROTOCOL,
            "implementation": IMPLEMENTATION,
            "capabilities": capabilities,
        }

    def reset(self, params: JSON) -> JSON:
        parameters = Parameters.decode(params["parameters"])
        vm, at = params["vm"], int(params["at"])
        self.nodes = {
            each["name"]: Node(each["incarnation"], vm, parameters, at) for each in params["nodes"]
        }
        return self._outcome([])

    def step(self, params: JSON) -> JSON:
        name = params["node"]
        try:
            effects = self.nodes[name].step(decode(params["input"]))
        except Refused as refusal:
            return {**self._outcome([]), "refused": {"code": refusal.code}}
        return self._outcome([(name, effect) for effect in effects])

    def advance(self, params: JSON) -> JSON:
        to, on_the_way = int(params["to"]), []
        for _ in range(STOPS_MAX):
            due = self._due()
            if due is None or due >= to:
                outcome = self._outcome(self._pass(to))
                return {**outcome, "effects": on_the_way + outcome["effects"]}
            on_the_way += [{**said(one), "at": encode(due)} for one in self._pass(due)]
        raise ValueError(f"more than {STOPS_MAX} deadlines on the way to {to}")

    def _pass(self, to: int) -> list[tuple[str, JSON]]:
        return [(name, effect) for name, node in self.nodes.items() for effect in node.advance(to)]

    def observe(self, params: JSON) -> JSON:
        facts: JSON = encode(self.nodes[params["node"]].facts())
        return facts

    def save(self, params: JSON) -> JSON:
        slot = params["slot"]
        if slot not in range(SLOTS_MAX):
            raise ValueError(f"expected a slot from 0 to {SLOTS_MAX - 1}, got {slot}")
        self.slots[slot] = copy.deepcopy(self.nodes)
        return {}

    def load(self, params: JSON) -> JSON:
        slot = params["slot"]
        if slot not in self.slots:
            raise ValueError(f"nothing was saved under {slot}; known: {sorted(self.slots)}")
        # What is kept may be returned to again.
        self.nodes = copy.deepcopy(self.slots[slot])
        return self._outcome([])

    def batch(self, params: JSON) -> JSON:
        requests = params["requests"]
        if not 1 <= len(requests) <= BATCH_MAX:
            raise ValueError(f"expected 1 to {BATCH_MAX} requests, got {len(requests)}")
        return {"results": [self._batched(index, one) for index, one in enumerate(requests)]}

    def _batched(self, index: int, request: JSON) -> JSON:
        methods = {"step": self.step, "advance": self.advance, "observe": self.observe}
        try:
            return methods[request["method"]](request["params"])
        except (ValueError, KeyError, TypeError, AttributeError, AssertionError) as fault:
            raise ValueError(f"request {index} of the batch: {fault}") from fault

    def bye(self, params: JSON) -> JSON:
        self.is_done = True
        return {}

    def _outcome(self, effects: list[tuple[str, JSON]]) -> JSON:
        return {"effects": [said(one) for one in effects], "next": encode(self._due())}

    def _due(self) -> int | None:
        instants = [at for node in self.nodes.values() if (at := node.timers.next()) is not None]
        return min(instants, default=None)

    def answer(self, line: str) -> JSON:
        """The reply to one line. What goes wrong is told as an error, and the loop goes on."""
        request: Any = None
        try:
            request = json.loads(line)
            result = self.methods[request["method"]](request["params"])
            return {"id": request["id"], "result": result}
        except (ValueError, KeyError, TypeError, AttributeError, AssertionError) as fault:
            asked = request.get("id") if isinstance(request, dict) else None
            error = {"code": type(fault).__name__, "text": str(fault)}
            return {"id": asked if isinstance(asked, int) else 0, "error": error}


def said(one: tuple[str, JSON]) -> JSON:
    name, effect = one
    return {"node": name, "effect": encode(effect)}


def serve(lines: TextIO, replies: TextIO) -> None:
    adapter = Adapter()
    for line in lines:
        reply = adapter.answer(line)
        print(json.dumps(reply, separators=(",", ":")), file=replies, flush=True)
        if adapter.is_done:
            return


if __name__ == "__main__":
    serve(sys.stdin, sys.stdout)
