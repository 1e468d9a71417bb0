/*
 * When a peer is suspected, and when no longer. Spec: protocol, "Heartbeat".
 */

inline suspect(h, isLost) {
  if
  :: duty[h] == settled || duty[h] == asking ||
     duty[h] == steady || duty[h] == wary || duty[h] == inquiring ->
     suspected[h] = true;
     lost[h] = lost[h] || isLost
  :: else
  fi;
  if
  :: duty[h] == settled -> pursue(h)
  :: duty[h] == steady || duty[h] == wary -> duty[h] = inquiring; ASK(h, read)
  :: else
  fi
}

/* Silence is forgiven when the channel is heard again, unless a swap is outstanding. */
inline hear(h) {
  if
  :: watch[h] == suspecting ->
     watch[h] = trusting;
     if
     :: (duty[h] == asking || duty[h] == inquiring) && intent[h] != read
     :: else ->
        suspected[h] = false;
        if :: duty[h] == wary -> duty[h] = steady :: else fi
     fi
  :: else
  fi
}

/* A lost channel is a suspicion at once, for good. */
inline mourn(h) {
#ifdef BUG_GATE_REOPENED_IN_DOUBT
  if :: IS_LIVE(h) -> token[h] = 1; logEpoch[h] = epoch[h]; open_gate(h) :: else fi
#else
#ifdef BUG_DISCARDED_UNREAD
  if :: IS_BACKUP(h) -> discard(h, false) :: else fi
#else
  if
  :: watch[h] == trusting || watch[h] == suspecting -> watch[h] = bereft; suspect(h, true)
  :: else
  fi;
  lose_channel(h)
#endif
#endif
}

inline lose_channel(h) {
#ifdef BUG_RELEASED_ON_SUSPICION
  if :: gate[h] == acked -> release(h, sent[h]) :: else fi
#else
  skip
#endif
}
