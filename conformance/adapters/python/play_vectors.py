"""Plays vectors against the node of this folder: a test that needs neither Node.js nor the suite.

    npx lockstep export-vectors --tier core -o vectors
    python3 conformance/adapters/python/play_vectors.py vectors

Each request is given with what the recorded implementation chose replaced by what this node chose:
the nonce of a request to the arbiter, the number of a connection that it opened. What a step did is
then held against what the vector expects, field by field, and what was compared is counted. Left to the
suite are the fields of NOT_JUDGED, and of an emission where it lies: they need the world that the
case was recorded in. Spec: conformance.md (Vectors).
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from adapter import Adapter
from wire import JSON

FORMAT = "lockstep-vector/1"
# Messages and connections stand in an expectation by symbols of the case.
NOT_JUDGED = frozenset(("say", "open", "close"))
QUIET = frozenset(("apply", "complete", "throttle"))


class Renaming:
    """What this node chose in the place of what the recorded one did, in the order of both."""

    def __init__(self) -> None:
        self.nonces: dict[tuple[str, str], str] = {}
        self.connections: dict[str, str] = {}

    def learn(self, recorded: list[JSON], actual: list[JSON]) -> None:
        for (node, theirs), (_, ours) in pairs(recorded, actual, "arbiter.request"):
            self.nonces[node, theirs["nonce"]] = ours["nonce"]
        for (_, theirs), (_, ours) in pairs(recorded, actual, "channel.open"):
            self.connections[theirs["connection"]] = ours["connection"]

    def input(self, node: str, given: JSON) -> JSON:
        renamed = dict(given)
        if "nonce" in given:
            renamed["nonce"] = self.nonces.get((node, given["nonce"]), given["nonce"])
        if "connection" in given:
            renamed["connection"] = self._connection(given["connection"])
        message = given.get("message")
        if message is not None and "connection" in message:
            connection = self._connection(message["connection"])
            renamed["message"] = {**message, "connection": connection}
        return renamed

    def _connection(self, recorded: str) -> str:
        return self.connections.get(recorded, recorded)


def of_type(effects: Iterable[JSON], type_: str) -> Iterator[tuple[str, JSON]]:
    """Node and effect, of one type."""
    for one in effects:
        if one["effect"]["type"] == type_:
            yield one["node"], one["effect"]


def pairs(
    recorded: list[JSON], actual: list[JSON], type_: str
) -> Iterator[tuple[tuple[str, JSON], tuple[str, JSON]]]:
    """Effects of one type that stand in the same place of both."""
    return zip(of_type(recorded, type_), of_type(actual, type_))


class Player:
    """One vector on a fresh node: what it did at each step, and what it should have done."""

    def __init__(self, vector: JSON) -> None:
        if vector["format"] != FORMAT:
            raise ValueError(f"expected a vector of {FORMAT}, got {vector['format']}")
        self.vector = vector
        self.adapter = Adapter()
        self.renaming = Renaming()
        self.acknowledged = 0
        self.judged: Counter[str] = Counter()

    def play(self) -> str | None:
        """None, or the first difference: step, field, expected and actual."""
        self._give(self.vector["reset"])
        for number, step in enumerate(self.vector["steps"], start=1):
            effects: list[JSON] = []
            refused = None
            for request in step["requests"]:
                result = self._give(request)
                effects += result["effects"]
                # The stimulus is the first; what the world says to let time pass is not refused.
                refused = refused or result.get("refused", {}).get("code")
            node = step.get("node", self.vector["reset"]["params"]["nodes"][0]["name"])
            own = [effect for effect in effects if effect["node"] == node]
            problem = self._judge(node, step.get("expect", {}), own, refused)
            if problem is not None:
                return f"step {number}: {problem}"
        return None

    def _give(self, request: JSON) -> JSON:
        params = dict(request["params"])
        if request["method"] == "step":
            params["input"] = self.renaming.input(params["node"], params["input"])
        reply = self.adapter.answer(
            json.dumps({"id": 1, "method": request["method"], "params": params})
        )
        if "error" in reply:
            raise RuntimeError(f"{request['method']}: {reply['error']}")
        result: JSON = reply["result"]
        self.renaming.learn(request["result"]["effects"], result["effects"])
        return result

    def _judge(
        self, node: str, expect: JSON, effects: list[JSON], refused: str | None
    ) -> str | None:
        for _, effect in of_type(effects, "channel.send"):
            if effect["message"]["kind"] == "acknowledge":
                self.acknowledged = max(self.acknowledged, int(effect["message"]["upto"]))
        observed = observation(effects, refused)
        observed["acknowledged"] = self.acknowledged
        for field, wanted in expect.items():
            if field == "facts":
                actual = self._facts(node, wanted)
            elif field in NOT_JUDGED:
                continue
            else:
                actual, wanted = observed[field], comparable(field, wanted)
            self.judged[field] += 1
            if actual != wanted:
                return f"{field}: expected {json.dumps(wanted)}, got {json.dumps(actual)}"
        return None

    def _facts(self, node: str, wanted: JSON) -> JSON:
        facts = self.adapter.observe({"node": node})
        return {fact: like(value, facts[fact]) for fact, value in wanted.items()}


def like(wanted: Any, actual: Any) -> Any:
    """Counters are strings on the wire and numbers in an expectation."""
    is_number = isinstance(wanted, int) and not isinstance(wanted, bool)
    return int(actual) if is_number else actual


def observation(effects: list[JSON], refused: str | None) -> JSON:
    """What a step did, in the words of an expectation; positions and symbols are left out."""
    asked = [effect["action"] for _, effect in of_type(effects, "arbiter.request")]
    disk = [effect for _, effect in of_type(effects, "disk.request")]
    return {
        "refused": refused,
        "emit": [effect["channel"] for _, effect in of_type(effects, "output.emit")],
        "write": [
            {"operation": int(one["operation"]), "token": int(one["token"])}
            for one in disk
            if "write" in one["action"]
        ],
        "fence": [int(one["token"]) for one in disk if "fence" in one["action"]],
        "announce": sum(1 for _ in of_type(effects, "address.announce")),
        "ask": [asked_record(action) for action in asked],
        "guest": commands(effects),
        "share": [effect["share"] for _, effect in of_type(effects, "guest.throttle")],
        "complete": [
            {"operation": int(effect["operation"]), "result": effect["result"]}
            for _, effect in of_type(effects, "guest.complete")
        ],
        "report": [effect["state"] for _, effect in of_type(effects, "report")],
    }


def comparable(field: str, wanted: Any) -> Any:
    """The part of an expectation that can be compared without a world."""
    if field == "emit":
        return [output["channel"] for output in wanted]
    if field == "report":
        return [report["state"] for report in wanted]
    if field == "ask":
        return [expected_record(ask) for ask in wanted]
    return wanted


def commands(effects: list[JSON]) -> list[str]:
    """Commands to the guest, one for each run of the same."""
    verbs: list[str] = []
    for one in effects:
        subject, _, verb = one["effect"]["type"].partition(".")
        if subject == "guest" and verb not in QUIET and verbs[-1:] != [verb]:
            verbs.append(verb)
    return verbs


NUMBERS = ("version", "epoch", "token")
NAMES = ("phase", "owner", "backup")


def asked_record(action: JSON) -> JSON:
    if "read" in action:
        return {"intent": "read"}
    record = action["swap"]["record"]
    counters = {name: int(record[name]) for name in NUMBERS}
    return {
        "version": int(action["swap"]["version"]),
        "record": {**counters, **{name: record[name] for name in NAMES}},
    }


def expected_record(ask: JSON) -> JSON:
    if ask["intent"] == "read" or ask.get("record") is None:
        return {"intent": ask["intent"]}
    record = {name: ask["record"][name] for name in (*NUMBERS, *NAMES)}
    return {"version": ask["version"], "record": record}


def main(folder: str) -> int:
    failed = played = 0
    judged: Counter[str] = Counter()
    for path in sorted(Path(folder).glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            vector = json.loads(line)
            player = Player(vector)
            problem = player.play()
            played += 1
            judged += player.judged
            if problem is not None:
                failed += 1
                print(f"FAIL {vector['id']}\n     {problem}")
    if played == 0:
        print(f"{folder}: expected vectors, *.jsonl, and found none", file=sys.stderr)
        return 65
    fields = ", ".join(f"{field} {count}" for field, count in sorted(judged.items()))
    print(f"{played} vectors played, {failed} failed; compared: {fields}")
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        print("usage: play_vectors.py FOLDER", file=sys.stderr)
        sys.exit(64)
    sys.exit(main(sys.argv[1]))
