/*
 * What leaves a host: outputs to the outside, messages on an ordered channel whose tail may be
 * lost. Spec: protocol, "Output", "Inputs".
 */

#define HOLDS(h, at, life) (at <= made[h] && AT(h, at) == life)

inline emit(h, at, life) {
  CLAIM("output.nothing-after-loss",
        record.owner != NAME(OTHER(h)) || !alive[OTHER(h)] || guest[OTHER(h)] == halted ||
        HOLDS(OTHER(h), at, life));
  CLAIM("output.hold-until-acknowledged",
        record.phase != protected || record.owner != NAME(h) ||
        !alive[OTHER(h)] || !IS_READY(OTHER(h), record.epoch) ||
        HOLDS(OTHER(h), at, life));
  CLAIM("output.silent-in-replay", IS_LIVE(h) || record.owner == NAME(h));
  emitted[at] = emitted[at] | BIT(life)
}

/* What waits at the gate leaves in order, up to a sequence. */
inline release(h, upto) {
  for (seq : issued[h] + 1 .. upto) {
    place = POSITION_OF(h, seq, sent[h]);
    emit(h, place, AT(h, place))
  }
  issued[h] = upto
}

inline lose_tail(slot, h) {
  do
  :: len(WAY(slot, h)) > 0 -> WAY(slot, h) ? kind, itsEpoch, number, mark, content
  :: else -> break
  od
}

/* An end that is closed receives nothing more: the tail that was under way to it is lost. */
inline end_at(slot, h) {
  link[slot].isOpen[h] = false;
  lose_tail(slot, h);
  if
  :: !link[slot].isOpen[OTHER(h)] ->
     link[slot].stands = false;
     link[slot].opener = 0;
     link[slot].number = 0
  :: else
  fi
}

inline send_on(h, n, what, e, one, two, body) {
  if
  :: n != 0 && link[SLOT(n)].number == n && link[SLOT(n)].stands &&
     link[SLOT(n)].isOpen[h] && link[SLOT(n)].isOpen[OTHER(h)] ->
     WAY(SLOT(n), OTHER(h)) ! what, e, one, two, body
  :: else
  fi
}

inline close(h) {
  if
  :: connection[h] != 0 && link[SLOT(connection[h])].number == connection[h] ->
     end_at(SLOT(connection[h]), h)
  :: else
  fi;
  connection[h] = 0
}
