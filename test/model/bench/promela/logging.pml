/*
 * The numbered log on both sides, and the gate. Spec: protocol, "Logging", "Output", "Flow".
 */

inline end_log(h) {
  sent[h] = 0; acknowledged[h] = 0; closedAt[h] = 0; issued[h] = 0;
  received[h] = 0; watermark[h] = 0
}

inline run_if_held(h) {
#ifndef BUG_GUEST_HELD_WHEN_ALONE
  if :: guest[h] == held -> guest[h] = running :: else fi
#else
  skip
#endif
}

/* Only a record read as alone opens a closed gate: what is held leaves, and recording stops. */
inline open_gate(h) {
  if :: gate[h] == acked -> release(h, sent[h]) :: else fi;
  end_log(h);
  run_if_held(h);
  gate[h] = open
}

/* The guest's output at its next position, numbered where a log is kept. */
inline output(h) {
  place = made[h] + 1;
  seq = LIFE(h);
  if
  :: IS_LIVE(h) && gate[h] != acked -> emit(h, place, seq)
#ifdef BUG_RELEASE_BEFORE_ACKNOWLEDGEMENT
  :: gate[h] == acked -> emit(h, place, seq)
#endif
  :: else
  fi;
  APPEND(h, seq);
  if
  :: gate[h] == recording || gate[h] == acked ->
     sent[h]++;
#ifndef BUG_RELEASE_BEFORE_ACKNOWLEDGEMENT
     if :: gate[h] == recording -> issued[h] = sent[h] :: else fi;
#else
     issued[h] = sent[h];
#endif
     send_on(h, connection[h], entry, logEpoch[h], sent[h], issued[h], seq);
     if :: sent[h] - acknowledged[h] >= ENTRIES_MAX -> guest[h] = held :: else fi
  :: else
  fi
}

/* The next entry is held, acknowledged and applied; one held already is acknowledged again. */
inline take_entry(h) {
  if
  :: number == received[h] + 1 ->
     received[h] = number;
     if :: mark > watermark[h] -> watermark[h] = mark :: else fi;
     acknowledge_held(h);
     APPEND(h, content)
  :: number <= received[h] ->
     if :: mark > watermark[h] -> watermark[h] = mark :: else fi;
     acknowledge_held(h)
  :: else -> blame(h)
  fi
}

inline acknowledge_held(h) {
#ifdef BUG_OUTPUT_IN_REPLAY
  place = made[h] + 1;
  emit(h, place, content)
#else
#ifdef BUG_ACKNOWLEDGED_BEFORE_HELD
  send_on(h, connection[h], acknowledge, logEpoch[h], received[h] + 1, 0, 0)
#else
  send_on(h, connection[h], acknowledge, logEpoch[h], received[h], 0, 0)
#endif
#endif
}

/* Cumulative: above the highest counted, not beyond what was sent. It releases what it names. */
inline count_acknowledgement(h) {
  if
  :: gate[h] != recording && gate[h] != acked
  :: else ->
     if
     :: number > sent[h] -> blame(h)
     :: number > acknowledged[h] && number <= sent[h] ->
        acknowledged[h] = number;
        if :: gate[h] == acked && number > issued[h] -> release(h, number) :: else fi;
        if
        :: guest[h] == held && sent[h] - acknowledged[h] < ENTRIES_MAX -> guest[h] = running
        :: else
        fi;
        protect_if_drained(h)
     :: else
     fi
  fi
}

/* The peer is faulty: a joining is given up, a pair loses its channel. */
inline blame(h) {
  if
  :: IS_JOINING(h) -> surrender(h)
  :: (stage[h] == protecting || stage[h] == guarded || stage[h] == ready) && connection[h] != 0 ->
     close(h);
     mourn(h)
  :: else
  fi
}
