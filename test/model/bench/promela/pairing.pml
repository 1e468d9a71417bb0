/*
 * How a backup is made, and how either side leaves. Spec: protocol, "Pairing".
 */

/* On the session's channel, of its epoch. */
#define IN_SESSION(h, slot)                                                      \
  (connection[h] != 0 && link[slot].number == connection[h] && itsEpoch == epoch[h])

inline take_hello(h, slot) {
  if
  :: (stage[h] == idle || stage[h] == halted) && itsEpoch > epochMax[h] ->
     stage[h] = welcomed;
     epoch[h] = itsEpoch;
     epochMax[h] = itsEpoch;
     connection[h] = link[slot].number;
     settle_doubts(h);
     duty[h] = steady;
     send_on(h, connection[h], welcome, epoch[h], 1, 0, 0)
  :: else ->
     place = link[slot].number;
     send_on(h, place, refuse, itsEpoch, 0, 0, 0);
     if :: (IS_OWNING(h) || IS_BACKUP(h)) && itsEpoch > epoch[h] -> surpassed(h) :: else fi
  fi
}

/* The copy at P0; the next output is entry 1. The gate stays open. */
inline take_welcome(h) {
  hear(h);
  stage[h] = syncing;
  gate[h] = recording;
  logEpoch[h] = epoch[h];
  end_log(h);
  send_on(h, connection[h], copy, epoch[h], made[h], 0, history[h])
}

inline take_copy(h) {
  stage[h] = ready;
  guest[h] = replaying;
  made[h] = number;
  history[h] = content;
  gate[h] = following;
  end_log(h);
  token[h] = 0;
  logEpoch[h] = epoch[h];
  watch[h] = trusting;
  send_on(h, connection[h], ready, epoch[h], 0, 0, 0)
}

/* Ready: the gate is closed at G. */
inline take_ready(h) {
  hear(h);
  if
  :: stage[h] == syncing ->
     stage[h] = draining;
#ifdef BUG_GATE_CLOSED_AFTER_PROTECT
     stage[h] = drained;
     want(h, T4)
#else
     gate[h] = acked;
     closedAt[h] = sent[h];
     protect_if_drained(h)
#endif
  :: else
  fi
}

/* An acknowledgement of G, and nothing less, lets T4 be sent, once no other request is outstanding. */
inline protect_if_drained(h) {
  if
#ifdef BUG_PROTECTED_BEFORE_DRAINED
  :: stage[h] == draining && gate[h] == acked ->
#else
  :: stage[h] == draining && gate[h] == acked && acknowledged[h] >= closedAt[h] ->
#endif
     stage[h] = drained;
     want(h, T4)
  :: else
  fi
}

/* Behind an open gate recording stops; a closed one stays closed until a record is read. */
inline surrender(h) {
  close(h);
  stage[h] = surrendering;
  watch[h] = inattentive;
  if
  :: gate[h] == recording -> end_log(h); run_if_held(h); gate[h] = open
  :: gate[h] == acked -> lose_channel(h)
  :: else
  fi;
  want(h, T5)
}

inline closed(h, n) {
  if
  :: connection[h] == n && IS_JOINING(h) -> surrender(h)
  :: connection[h] == n && (stage[h] == protecting || stage[h] == guarded || stage[h] == ready) ->
     connection[h] = 0;
     mourn(h)
  :: connection[h] == n && stage[h] == welcomed -> discard(h, false)
  :: else
  fi
}

/* Halt the guest, drop everything, be idle. Once ready, only a record that was read may say so. */
inline discard(h, isRead) {
  CLAIM("failover.read-before-discard", stage[h] != ready || isRead);
  drop_guest(h);
  leave_session(h);
  settle_doubts(h);
  stage[h] = idle;
  reported[h] = notConfigured;
  duty[h] = uninvolved
}

inline drop_guest(h) {
#ifdef BUG_LOSER_EMPTIES_ITS_QUEUE
  if :: gate[h] == acked -> release(h, sent[h]) :: else fi;
#endif
  guest[h] = halted;
  made[h] = 0;
  history[h] = 0;
  gate[h] = shut;
  end_log(h);
  logEpoch[h] = 0;
  token[h] = 0
}

inline leave_session(h) {
  close(h);
  watch[h] = inattentive;
  epoch[h] = 0
}
