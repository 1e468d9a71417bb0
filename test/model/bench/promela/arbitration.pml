/*
 * What a node asks of the arbiter, and when. Spec: protocol, "Record", "Arbitration".
 */

/* What a node asks leaves it when it comes to rest; at most one node asks in a step, and once. */
#define ASK(h, what) asker = NAME(h); intent[h] = what

/* One request at a time, with the version last read. A read that was abandoned is forgotten. */
inline send_request(h) {
  assert(request[h].intent == 0 || request[h].intent == read);
  request[h].intent = intent[h];
  request[h].version = known[h].version;
  answer[h].comes = false;
  FORGET(answer[h].says);
  request[h].put.version = known[h].version + 1;
  if
  :: intent[h] == read -> FORGET(request[h].put)
  :: intent[h] == T2 ->
     PUT(request[h].put, known[h].epoch + 1, alone, NAME(h), NOBODY, known[h].epoch + 1, start)
  :: intent[h] == T3 ->
     PUT(request[h].put, known[h].epoch + 1, joining, NAME(h), NAME(OTHER(h)),
         known[h].token, protect)
  :: intent[h] == T4 ->
     PUT(request[h].put, known[h].epoch, protected, known[h].owner, known[h].backup,
         known[h].token, known[h].reason)
  :: intent[h] == T5 ->
     PUT(request[h].put, known[h].epoch + 1, alone, NAME(h), NOBODY, known[h].token, give_up)
#ifdef BUG_EPOCH_KEPT_AT_TAKEOVER
  :: intent[h] == T6 ->
     PUT(request[h].put, known[h].epoch, alone, NAME(h), NOBODY, known[h].epoch + 1, takeover)
#else
  :: intent[h] == T6 ->
     PUT(request[h].put, known[h].epoch + 1, alone, NAME(h), NOBODY, known[h].epoch + 1, takeover)
#endif
  :: intent[h] == T7 ->
     PUT(request[h].put, known[h].epoch + 1, alone, NAME(h), NOBODY, known[h].token, lost_backup)
  fi
}

/* An owner that rests asks what is wanted, and goes alone when its backup is suspected. */
inline pursue(h) {
  if
  :: wanted[h] != 0 ->
     if
     :: wanted[h] == T4 ->
        CLAIM("pairing.ready-before-protect", connection[h] != 0);
        stage[h] = protecting
     :: else
     fi;
     duty[h] = asking;
     ASK(h, wanted[h]);
     wanted[h] = 0
  :: wanted[h] == 0 && known[h].phase == protected && suspected[h] -> go_alone(h)
  :: else -> duty[h] = settled
  fi
}

inline go_alone(h) {
  duty[h] = asking;
  ASK(h, T7);
#ifdef BUG_ALONE_UNASKED
  be_alone(h);
  epoch[h]++;
  logEpoch[h]++
#endif
}

inline want(h, what) {
  wanted[h] = what;
  if :: duty[h] == settled -> pursue(h) :: else fi
}

/* A message from a higher epoch than one's own leads to a read, unless a request is outstanding. */
inline surpassed(h) {
  if
  :: duty[h] == settled -> duty[h] = asking; ASK(h, read)
  :: duty[h] == steady || duty[h] == wary -> duty[h] = inquiring; ASK(h, read)
  :: else
  fi
}
