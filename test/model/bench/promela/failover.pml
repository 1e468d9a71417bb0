/*
 * Going alone, taking over, halting. Spec: protocol, "Failover".
 */

inline settle_doubts(h) {
  suspected[h] = false;
  lost[h] = false;
  wanted[h] = 0
}

/* An owner that read itself alone, while its guest runs. */
inline be_alone(h) {
  epoch[h] = known[h].epoch;
  close(h);
  watch[h] = inattentive;
  reported[h] = needSecondary;
  token[h] = known[h].token;
  logEpoch[h] = known[h].epoch;
  open_gate(h);
  stage[h] = alone
}

inline halt(h) {
  drop_guest(h);
  leave_session(h);
  stage[h] = halted;
  reported[h] = halted;
  duty[h] = halted
}

/* Seal, fence; the guest has consumed what is held. */
inline succeed(h) {
  if
  :: stage[h] == ready ->
     close(h);
     watch[h] = inattentive;
     epoch[h] = known[h].epoch;
     stage[h] = succeeding
  :: stage[h] == starting -> stage[h] = powering
  :: else
  fi;
  if :: gate[h] == following -> gate[h] = sealed :: else fi;
  duty[h] = succeeding;
  fencing[h] = known[h].token;
#ifdef BUG_LIVE_BEFORE_FENCED
  if :: known[h].reason == takeover -> go_live(h) :: else fi
#endif
}

/* Fenced and consumed: announce, emit what the old owner may not have emitted, run. */
inline go_live(h) {
  token[h] = known[h].token;
  if
  :: gate[h] == sealed ->
#ifndef BUG_OUTPUTS_NOT_EMITTED_AGAIN
     for (seq : watermark[h] + 1 .. received[h]) {
       place = POSITION_OF(h, seq, received[h]);
       emit(h, place, AT(h, place))
     }
#else
     skip
#endif
  :: else
  fi;
  end_log(h);
  logEpoch[h] = known[h].epoch;
  gate[h] = open;
  guest[h] = running;
  epoch[h] = known[h].epoch;
  stage[h] = alone;
  reported[h] = needSecondary;
  settle_doubts(h);
  duty[h] = settled
}
