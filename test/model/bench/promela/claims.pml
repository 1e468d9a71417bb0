/*
 * What always holds, by the names of model/properties, judged after every step or where it
 * could be broken. Spec: protocol.
 */

c_code {
\#include "observed.h"
}
#define CLAIM(name, holds) if :: (holds) :: else -> c_code { complain(name); } fi

#define IS_LIVE(h) (gate[h] == open || gate[h] == recording || gate[h] == acked)
#define IS_GATE_OPEN(h) (alive[h] && (gate[h] == open || gate[h] == recording))
#define IS_REPLAYING(h, e) ((gate[h] == following || gate[h] == sealed) && logEpoch[h] == e)
#define IS_READY(h, e) (stage[h] == ready && IS_REPLAYING(h, e))
#define IS_LIVE_OWNER(h)                                                         \
  (alive[h] && record.owner == NAME(h) && IS_LIVE(h) &&                          \
   (guest[h] == running || guest[h] == held))
#define IS_OWNING(h)                                                             \
  (stage[h] == alone || stage[h] == recording || IS_JOINING(h) || stage[h] == protecting || \
   stage[h] == guarded || stage[h] == surrendering)
#define IS_JOINING(h)                                                            \
  (stage[h] == connecting || stage[h] == greeting || stage[h] == syncing || \
   stage[h] == draining || stage[h] == drained)
#define IS_BACKUP(h) (stage[h] == welcomed || stage[h] == ready)

/* Of one host, after every step. */
#define JUDGE_HOST(h)                                                            \
  CLAIM("failover.alone-after-record",                                           \
        !IS_GATE_OPEN(h) ||                                                      \
        (record.owner == NAME(h) && record.phase != protected && !IS_GATE_OPEN(OTHER(h)))); \
  CLAIM("logging.acknowledge-held-entries",                                      \
        !(alive[h] && IS_LIVE(h)) ||                                             \
        !(alive[OTHER(h)] && IS_REPLAYING(OTHER(h), logEpoch[h])) || \
        acknowledged[h] <= received[OTHER(h)]);                                  \
  CLAIM("pairing.sync-failure-leaves-owner-running",                             \
        !(alive[h] && stage[h] == alone) || guest[h] == running); \
  if                                                                             \
  :: IS_LIVE_OWNER(h) ->                                                         \
     CLAIM("failover.fence-before-live", fence >= record.token);                 \
     for (place : 1 .. POSITIONS_MAX) {                                          \
       CLAIM("failover.consume-before-live",                                     \
             (emitted[place] & ~(place <= made[h] -> BIT(AT(h, place)) : 0)) == 0); \
       CLAIM("output.reissue-after-takeover",                                    \
             !IS_GATE_OPEN(h) || place > made[h] || (emitted[place] & BIT(AT(h, place))) != 0) \
     }                                                                           \
  :: else                                                                        \
  fi

#ifdef PROJECTED
#define SHOW c_code { project(); }
#else
#define SHOW skip
#endif

inline rest() {
  if :: asker != NOBODY -> who = HOST(asker); send_request(who) :: else fi;
  for (who : 0 .. 1) {
    JUDGE_HOST(who)
  }
  if :: c_expr { complaints != 0 } -> assert(false) :: else fi;
  CLEAR_SCRATCH;
  SHOW
}
