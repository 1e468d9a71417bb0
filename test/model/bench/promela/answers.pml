/*
 * What the record that came back says; whether a swap was accepted is not asked.
 * Spec: protocol, "Arbitration", its table.
 */

/* A record older than one seen, or than the pairing, is no answer. */
#define IS_NO_ANSWER(h)                                                          \
  (answer[h].says.version < known[h].version || answer[h].says.epoch < known[h].epoch || \
   (IS_BACKUP(h) && answer[h].says.epoch < epoch[h]))
#ifdef BUG_REFUSAL_TAKEN_FOR_A_WIN
#define IS_ALONE_MINE(h) (known[h].phase == alone)
#else
#define IS_ALONE_MINE(h) (known[h].phase == alone && known[h].owner == NAME(h))
#endif
#define IS_BACKUP_IN(h, p)                                                       \
  (known[h].backup == NAME(h) && known[h].epoch == epoch[h] && known[h].phase == p)
#ifdef BUG_ELIGIBLE_WHILE_JOINING
#define IS_ELIGIBLE(h) (known[h].backup == NAME(h))
#else
#define IS_ELIGIBLE(h) IS_BACKUP_IN(h, protected)
#endif

inline take_answer(h) {
  answer[h].comes = false;
  if
  :: IS_NO_ANSWER(h)
  :: else ->
     if
     :: duty[h] == starting || duty[h] == asking || duty[h] == inquiring ->
        wasAlone = (known[h].phase == alone);
        COPY_RECORD(known[h], answer[h].says);
        see_epoch(h)
     :: else
     fi;
     if
     :: duty[h] == starting -> answer_to_starter(h)
     :: duty[h] == asking -> answer_to_owner(h)
     :: duty[h] == inquiring -> answer_to_backup(h)
     :: else
     fi
  fi;
  if :: asker != NAME(h) -> intent[h] = 0 :: else fi;
  FORGET(answer[h].says)
}

/* A joining that names this node is the pairing to come, not one that was. */
inline see_epoch(h) {
  number = known[h].epoch - (known[h].phase == joining && known[h].backup == NAME(h) -> 1 : 0);
  if :: number > epochMax[h] -> epochMax[h] = number :: else fi
}

inline answer_to_starter(h) {
  if
  :: IS_ALONE_MINE(h) -> succeed(h)
  :: known[h].version == 0 -> ASK(h, T2)
  :: else -> duty[h] = uninvolved; stage[h] = idle; reported[h] = notConfigured
  fi
}

/* Nothing has come of T3, or a read found the owner alone as it was. */
#define IS_STILL_ALONE(h)                                                        \
  (known[h].owner == NAME(h) && known[h].phase == alone &&                       \
   (intent[h] == T3 || (intent[h] == read && wasAlone)))

inline answer_to_owner(h) {
  if
  :: IS_STILL_ALONE(h) && intent[h] == T3 -> ASK(h, T3)
  :: IS_STILL_ALONE(h) && intent[h] == read -> pursue(h)
  :: IS_ALONE_MINE(h) && !IS_STILL_ALONE(h) ->
     settle_doubts(h);
     duty[h] = settled;
     be_alone(h)
  :: known[h].owner == NAME(h) && known[h].phase == joining ->
     if
     :: intent[h] == read -> pursue(h)
     :: intent[h] == T3 -> pursue(h); begin_joining(h)
     :: else -> ASK(h, intent[h])
     fi
  :: known[h].owner == NAME(h) && known[h].phase == protected ->
     if
     :: intent[h] == read -> pursue(h)
     :: intent[h] == T4 -> pursue(h); be_guarded(h)
     :: intent[h] == T5 -> go_alone(h)
     :: else -> ASK(h, intent[h])
     fi
  :: else -> halt(h)
  fi
}

/* The epoch is used only now that the record has been read. */
inline begin_joining(h) {
  stage[h] = connecting;
  epoch[h] = known[h].epoch;
  connectionMax[h]++;
  connection[h] = connectionMax[h];
  reported[h] = starting;
  assert(link[SLOT(connection[h])].number == 0);
  link[SLOT(connection[h])].number = connection[h];
  link[SLOT(connection[h])].opener = h;
  link[SLOT(connection[h])].isOpen[h] = true
}

/* Protected: the owner watches from here, and a channel lost before counts from here. */
inline be_guarded(h) {
  stage[h] = guarded;
#ifdef BUG_GATE_CLOSED_AFTER_PROTECT
  gate[h] = acked;
  closedAt[h] = sent[h];
#else
  reported[h] = running;
#endif
  watch[h] = trusting;
  if :: connection[h] == 0 -> watch[h] = bereft; suspect(h, true) :: else fi
}

inline answer_to_backup(h) {
  if
  :: IS_ALONE_MINE(h) -> succeed(h)
  :: IS_ELIGIBLE(h) ->
     if
     :: intent[h] == T6 || suspected[h] -> ASK(h, T6)
     :: else -> duty[h] = steady
     fi
  :: !IS_ALONE_MINE(h) && !IS_ELIGIBLE(h) && IS_BACKUP_IN(h, joining) && !lost[h] ->
     duty[h] = (suspected[h] -> wary : steady)
  :: else -> discard(h, true)
  fi
}
