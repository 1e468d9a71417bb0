"""The shapes of `lockstep/1`: what stands on the wire, and what it is inside.

On the wire a counter is a decimal string and bytes are base64; inside they are `int` and `bytes`.
Which field is which follows from its name alone, so one walk over the JSON converts everything.
Spec: conventions.md (Notations), conformance.md (The adapter protocol).
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

JSON = dict[str, Any]

# Fields that hold 64-bit numbers, in inputs, messages and records.
COUNTERS = frozenset(
    "version epoch token base nonce connection seq position watermark upto applied next replaces "
    "number operation network console disk".split()
)

# Fields that hold bytes. `state` is one in every input and message; the state of a report, which
# is a word, only ever leaves.
BYTES = frozenset(("data", "state", "configuration"))


class Refused(Exception):
    """An operation that cannot be carried out: a code, and nothing has changed.

    spec: lifecycle.refusal-changes-nothing
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def decode(value: Any, name: str = "") -> Any:
    """From JSON to what the node works with."""
    if isinstance(value, dict):
        return {key: decode(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [decode(inner, name) for inner in value]
    if isinstance(value, str) and name in COUNTERS:
        return int(value)
    if isinstance(value, str) and name in BYTES:
        return base64.b64decode(value, validate=True)
    return value


def encode(value: Any, name: str = "") -> Any:
    """From what the node works with to JSON. A share is the one number that stays a number."""
    if isinstance(value, dict):
        return {key: encode(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [encode(inner, name) for inner in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, int) and not isinstance(value, bool) and name != "share":
        return str(value)
    return value


@dataclass(frozen=True)
class Parameters:
    """The periods, in nanoseconds, and the choices of a configuration (protocol.md, Periods)."""

    beat_interval: int
    alive_interval: int
    beat_timeout: int
    channel_timeout: int
    arbiter_retry: int
    join_timeout: int
    yield_timeout: int
    lag_max: int
    entries_max: int
    network_at_least_once: bool
    reconnect: bool
    configuration: bytes

    @staticmethod
    def decode(value: JSON) -> Parameters:
        return Parameters(
            beat_interval=int(value["beatInterval"]),
            alive_interval=int(value["aliveInterval"]),
            beat_timeout=int(value["beatTimeout"]),
            channel_timeout=int(value["channelTimeout"]),
            arbiter_retry=int(value["arbiterRetry"]),
            join_timeout=int(value["joinTimeout"]),
            yield_timeout=int(value["yieldTimeout"]),
            lag_max=int(value["lagMax"]),
            entries_max=int(value["entriesMax"]),
            network_at_least_once=value["network"] == "at-least-once",
            reconnect=bool(value.get("reconnect", False)),
            configuration=base64.b64decode(value["configuration"], validate=True),
        )


def host_of(incarnation: str) -> str:
    """The host is what stands before `#`."""
    return incarnation.partition("#")[0]
