"""A pair that runs takes a closed channel for a silent one, and opens it again.

Whether that is allowed, and what the owner makes of the backup's welcome; the backup's side is
`Backup.greeted`. Spec: protocol.md (Reconnecting).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pairing import Pairing


def may_reopen(pairing: Pairing) -> bool:
    """The pair runs: nothing is in doubt, nothing is outstanding, nothing is under way.

    spec: pairing.closed-channel-is-silence
    """
    node = pairing.node
    is_free = node.arbiter.pending is None and pairing.owner.operation is None
    is_trusted = not node.watch.suspected and not pairing.diverged
    is_configured = node.parameters.reconnect and not pairing.reopening
    return is_configured and is_free and is_trusted and pairing.is_protected()


def reopen(pairing: Pairing) -> None:
    """Nothing held is dropped, and nothing is released.

    spec: logging.reconnect-keeps-held, logging.keep-unacknowledged
    """
    pairing.reopening, pairing.greeted = True, False
    pairing.connection = pairing.node.open(pairing.peer)


def resume(pairing: Pairing, next_sequence: int) -> None:
    """The backup is back, and says from where on it wants the log.

    spec: logging.resume-at-next, logging.resume-acknowledges,
    logging.resume-below-acknowledged, logging.resume-beyond-sent
    """
    log = pairing.log
    assert log is not None
    if not log.acknowledged < next_sequence <= log.sent + 1:
        pairing.fault()
        return
    pairing.reopening = False
    pairing.count(next_sequence - 1)
    pairing.node.heartbeat.begin_alives()
    for entry in list(log.kept):
        pairing.tell(entry)
