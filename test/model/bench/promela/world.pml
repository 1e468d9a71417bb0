/*
 * What the world does: a death, a swap, a channel that stands, delivers and
 * closes. Spec: protocol, "Node".
 */

/* Its memory is gone. */
inline die(h) {
  alive[h] = false;
  stage[h] = idle; reported[h] = notConfigured;
  epoch[h] = 0; epochMax[h] = 0; connection[h] = 0; connectionMax[h] = 0;
  gate[h] = shut; logEpoch[h] = 0; token[h] = 0;
  end_log(h);
  watch[h] = inattentive;
  duty[h] = uninvolved; intent[h] = 0;
  settle_doubts(h);
  FORGET(known[h]);
  guest[h] = none; made[h] = 0; history[h] = 0;
  end_at(0, h);
#if JOINS > 1
  end_at(1, h);
#endif
#if JOINS > 2
  end_at(2, h);
#endif
  if :: request[h].intent == read -> request[h].intent = 0; request[h].version = 0 :: else fi;
  answer[h].comes = false;
  FORGET(answer[h].says);
  fencing[h] = 0;
  fenceHolds[h] = false
}

/* The record as it stood is `record`, as it will stand is what was put. */
inline swap(h) {
  CLAIM("arbitration.compare-and-swap-record",
        request[h].put.version == record.version + 1 &&
        request[h].put.epoch ==
          record.epoch + (record.phase == joining && request[h].put.phase == protected -> 0 : 1) &&
        request[h].put.token ==
          (request[h].put.owner != record.owner -> request[h].put.epoch : record.token));
  CLAIM("arbitration.name-incarnations",
        record.version == 0 || request[h].put.owner == record.owner ||
        (record.phase == protected && request[h].put.owner == record.backup &&
         (!alive[h] || IS_REPLAYING(h, record.epoch))));
  CLAIM("pairing.drain-before-protect",
        request[h].put.phase != protected ||
        !alive[h] || !alive[OTHER(h)] || !IS_BACKUP(OTHER(h)) ||
        (gate[h] == acked && IS_READY(OTHER(h), request[h].put.epoch) &&
         received[OTHER(h)] >= closedAt[h]));
  COPY_RECORD(record, request[h].put)
}

/* Both ends stand, or the opener learns that there is nobody. */
#define MAY_STAND(slot, h) (link[slot].number != 0 && !link[slot].stands && link[slot].opener == (h))
inline stand(slot, h) {
  if
  :: !alive[OTHER(h)] ->
     place = link[slot].number;
     end_at(slot, h);
     closed(h, place)
  :: else ->
     link[slot].stands = true;
     link[slot].opener = 0;
     link[slot].isOpen[OTHER(h)] = true;
     if
     :: link[slot].number > connectionMax[OTHER(h)] ->
        connectionMax[OTHER(h)] = link[slot].number
     :: else
     fi;
     if
     :: stage[h] == connecting && connection[h] == link[slot].number ->
        stage[h] = greeting;
        send_on(h, connection[h], hello, epoch[h], 1, 0, 0)
     :: else
     fi
  fi
}

#define MAY_ARRIVE(slot, h) (link[slot].stands && link[slot].isOpen[h] && len(WAY(slot, h)) > 0)
inline arrive(slot, h) {
  WAY(slot, h) ? kind, itsEpoch, number, mark, content;
  if
  :: kind == hello -> take_hello(h, slot)
  :: kind == refuse && IN_SESSION(h, slot) && IS_JOINING(h) -> surrender(h)
  :: kind == welcome && IN_SESSION(h, slot) && stage[h] == greeting -> take_welcome(h)
  :: kind == copy && IN_SESSION(h, slot) && stage[h] == welcomed -> take_copy(h)
  :: kind == ready && IN_SESSION(h, slot) && IS_OWNING(h) -> take_ready(h)
  :: kind == entry && IN_SESSION(h, slot) && stage[h] == ready -> hear(h); take_entry(h)
  :: kind == acknowledge && IN_SESSION(h, slot) && IS_OWNING(h) -> hear(h); count_acknowledgement(h)
  :: else ->
     if :: (IS_OWNING(h) || IS_BACKUP(h)) && itsEpoch > epoch[h] -> surpassed(h) :: else fi
  fi
}

/* An end learns that its channel is closed: because the other end is, or because it breaks. */
#define MAY_CLOSE(slot, h)                                                       \
  (link[slot].stands && link[slot].isOpen[h] && (!link[slot].isOpen[OTHER(h)] || breaks > 0))
inline close_by_world(slot, h) {
  if :: link[slot].isOpen[OTHER(h)] -> breaks-- :: else fi;
  place = link[slot].number;
  end_at(slot, h);
  closed(h, place)
}
