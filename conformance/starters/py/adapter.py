#!/usr/bin/env python3
"""An adapter of lockstep/1. The loop below is whole; the node is yours to write.

Standard output is for the protocol only, one JSON object a line, flushed after each line. Logs go to
standard error. Counters and instants are decimal strings, bytes are base64.
"""

import json
import sys

IMPLEMENTATION = {"name": "my-node", "version": "0.1.0", "language": "Python"}

# What a node can be given. Write one after the other, beginning with manager.start.
INPUTS = frozenset(
    """
    manager.start manager.protect manager.power-off manager.suspend manager.resume
    manager.turn-off manager.restart-secondary manager.replace-backup manager.test-failover
    guest.input guest.output guest.copied guest.saved guest.loaded guest.applied guest.diverged
    channel.opened channel.arrived channel.closed datagram.arrived
    arbiter.answered arbiter.failed disk.answered
    """.split()
)


class Refused(Exception):
    """An operation that cannot be carried out: raise Refused("not-owner"); nothing has changed."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


class Unsupported(Exception):
    """What this adapter does not know: answered with an error, which says so."""


class Node:
    def __init__(self, incarnation, vm, parameters, at):
        self.incarnation, self.vm, self.parameters, self.now = incarnation, vm, parameters, at

    def step(self, given):
        """One input in, a list of effects out, in order: [{"type": "arbiter.request", ...}, ...]."""
        if given["type"] not in INPUTS:
            raise Unsupported(f"no input {given['type']} is known")
        print(f"not written yet: {given['type']}", file=sys.stderr)
        return []

    def advance(self, to):
        """The clock is at `to` (int, nanoseconds): what was due by then is done."""
        self.now = to
        return []

    def next(self):
        """The earliest instant at which something is due (int), or None."""
        return None


class Adapter:
    def __init__(self):
        self.nodes = {}

    def hello(self, params):
        # When every fact can be observed: "observe": True, and a method observe (spec/conformance.md).
        capabilities = {"observe": False}
        return {
            "protocol": "lockstep/1",
            "implementation": IMPLEMENTATION,
            "capabilities": capabilities,
        }

    def reset(self, params):
        vm, parameters, at = params["vm"], params["parameters"], int(params["at"])
        self.nodes = {
            each["name"]: Node(each["incarnation"], vm, parameters, at) for each in params["nodes"]
        }
        return self.outcome([])

    def step(self, params):
        name = params["node"]
        try:
            effects = self.nodes[name].step(params["input"])
        except Refused as refusal:
            return {**self.outcome([]), "refused": {"code": refusal.code}}
        return self.outcome([(name, effect) for effect in effects])

    def advance(self, params):
        to = int(params["to"])
        return self.outcome(
            [(name, effect) for name, node in self.nodes.items() for effect in node.advance(to)]
        )

    def bye(self, params):
        return {}

    def outcome(self, effects):
        due = [at for node in self.nodes.values() if (at := node.next()) is not None]
        said = [{"node": name, "effect": effect} for name, effect in effects]
        return {"effects": said, "next": str(min(due)) if due else None}

    def answer(self, request):
        methods = (self.hello, self.reset, self.step, self.advance, self.bye)
        method = next((one for one in methods if one.__name__ == request["method"]), None)
        try:
            if method is None:
                raise Unsupported(f"no method {request['method']} is known")
            return {"id": request["id"], "result": method(request["params"])}
        except Unsupported as unknown:
            return {"id": request["id"], "error": {"code": "unsupported", "text": str(unknown)}}


def serve():
    adapter = Adapter()
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps(adapter.answer(request)), flush=True)
        if request["method"] == "bye":
            return


if __name__ == "__main__":
    serve()
