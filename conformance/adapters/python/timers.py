"""The deadlines of one node, by name. Time is an input: nothing here reads a clock."""

from __future__ import annotations


class Timers:
    def __init__(self) -> None:
        self._at: dict[str, int] = {}

    def set(self, name: str, at: int) -> None:
        self._at[name] = at

    def clear(self, *names: str) -> None:
        for name in names:
            self._at.pop(name, None)

    def is_set(self, name: str) -> bool:
        return name in self._at

    def next(self) -> int | None:
        return min(self._at.values(), default=None)

    def take(self, now: int) -> str | None:
        """The earliest deadline that has passed, which is then no more."""
        due = [(at, name) for name, at in self._at.items() if at <= now]
        if not due:
            return None
        name = min(due)[1]
        del self._at[name]
        return name
