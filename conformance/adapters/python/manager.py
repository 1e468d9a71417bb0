"""Which operations of the manager an owner takes, and with which code it refuses the others.

A refusal is raised before anything has changed. Spec: protocol.md (Lifecycle, Pairing, Migration).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from operations import Operation, PowerOff, Restart, Suspend, TestFailover, TurnOff
from replacing import Replace
from wire import Refused, host_of

if TYPE_CHECKING:
    from owner import Owner


def accept(owner: Owner, operation: str, peer: str) -> None:
    """Carries an operation out, or begins it.

    spec: lifecycle.refusal-changes-nothing, lifecycle.power-off-never-refused
    """
    if operation in ("start", "resume"):
        raise Refused("already-started")
    if owner.operation is not None:
        raise Refused("operation-pending")
    if operation == "protect":
        _protect(owner, peer)
    elif operation == "power-off":
        _begin(owner, PowerOff(owner))
    elif operation == "suspend":
        _must_not_join(owner)
        _begin(owner, Suspend(owner))
    elif operation in ("turn-off", "restart-secondary"):
        _part(owner, operation)
    elif operation == "test-failover":
        _must_run(owner)
        _begin(owner, TestFailover(owner))
    elif operation == "replace-backup":
        _must_run(owner)
        _must_be_elsewhere(owner, peer)
        _begin(owner, Replace(owner, peer))


def _begin(owner: Owner, operation: Operation) -> None:
    """An operation gives up a channel that is being opened again."""
    if owner.pairing is not None:
        owner.pairing.stop_reopening()
    owner.operation = operation
    operation.begin()


def _protect(owner: Owner, peer: str) -> None:
    """spec: pairing.distinct-hosts, pairing.second-backup-refused"""
    if owner.pairing is not None or owner.wanted_peer is not None:
        raise Refused("not-alone")
    if host_of(peer) == host_of(owner.node.me):
        raise Refused("same-host")
    owner.wanted_peer = peer


def _part(owner: Owner, operation: str) -> None:
    """Without a backup there is nothing to part from, but turning off is said all the same."""
    _must_not_join(owner)
    if owner.pairing is not None:
        _begin(owner, TurnOff(owner) if operation == "turn-off" else Restart(owner))
    elif operation == "turn-off":
        owner.node.report("notConfigured", "turn-off")
    else:
        raise Refused("not-protected")


def _must_not_join(owner: Owner) -> None:
    """A backup joins from the moment T3 is wanted.

    spec: lifecycle.turn-off-refused-while-joining
    """
    is_pairing = owner.pairing is not None and not owner.pairing.is_protected()
    if owner.wanted_peer is not None or is_pairing:
        raise Refused("joining")


def _must_run(owner: Owner) -> None:
    """spec: lifecycle.test-failover-needs-running"""
    is_protected = owner.pairing is not None and owner.pairing.is_protected()
    if not is_protected or owner.node.arbiter.pending or owner.node.watch.suspected:
        raise Refused("not-protected")


def _must_be_elsewhere(owner: Owner, peer: str) -> None:
    """spec: pairing.migration-keeps-hosts-distinct"""
    is_backup = owner.pairing is not None and owner.pairing.peer == peer
    if is_backup or host_of(peer) == host_of(owner.node.me):
        raise Refused("same-host")
