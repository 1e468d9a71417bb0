/*
 * The core of the protocol as a second formalisation, in Promela: two hosts, one virtual machine, an arbiter, an ordered
 * channel, a fence, console outputs. Written from spec/protocol.md and not from the charts; test/model/bench compares the two.
 * It is not the whole protocol: no restart, no disk write, no divergence, no datagram, no lost request. Spec: protocol.
 *
 * One d_step is one step of the world: a host takes one input and comes to rest, or the environment moves alone. So the
 * length of a counterexample is the number of things that happened. What a guest answers at once belongs to the step.
 */

/* Bounds: how often each thing may happen. */
#ifndef POSITIONS_MAX
#define POSITIONS_MAX 3
#endif
#ifndef ENTRIES_MAX
#define ENTRIES_MAX 64
#endif
#ifndef JOINS
#define JOINS 1
#endif
#ifndef CRASHES
#define CRASHES 1
#endif
#ifndef BREAKS
#define BREAKS 1
#endif

/* Slots for connections: only the first host is told to start, so the other opens one only in a second joining. */
#ifndef SLOTS
#define SLOTS 1
#endif

#define OTHER(h) (1 - (h))
/* The name of a host's incarnation in a record; each has one life. */
#define NAME(h) ((h) + 1)
#define HOST(name) ((name) - 1)
#define NOBODY 0

mtype = { joining, protected };                             /* phases of a record; alone is one more */
mtype = { start, protect, give_up, takeover, lost_backup }; /* why a record was put */
mtype = { read, T2, T3, T4, T5, T6, T7 };                   /* what a request is for */
mtype = { hello, welcome, refuse, copy, entry, acknowledge }; /* messages; ready is one more */
mtype = { idle, starting, powering, alone, recording, connecting, greeting, syncing, draining, protecting, guarded,
          surrendering, welcomed, ready, succeeding, halted };          /* stages of pairing */
mtype = { shut, open, acked, following, sealed };                       /* the gate; a log is kept in recording, acked */
mtype = { inattentive, trusting, suspecting, bereft };                  /* what is thought of the peer */
mtype = { uninvolved, settled, asking, steady, wary, inquiring };       /* failover; starting, succeeding, halted too */
mtype = { none, running, held, replaying };                             /* the guest; halted too */
mtype = { notConfigured, needSecondary };                               /* reported; starting, running, halted too */

/* ---- Record, arbiter: spec/protocol.md, "Record", "Arbitration" ---- */

/* Version 0: there is no record. */
typedef Record {
  byte version;
  byte epoch;
  mtype phase;
  byte owner;
  byte backup;
  byte token;
  mtype reason
};
/* A request stands for itself: it may take effect after its sender died. */
typedef Request {
  mtype intent; /* 0: none under way */
  byte version;
  Record put
};
typedef Answer {
  bool comes;
  Record says
};
Record record;
Request request[2];
Answer answer[2];

#define COPY_RECORD(to, from)                                                    \
  to.version = from.version; to.epoch = from.epoch; to.phase = from.phase;       \
  to.owner = from.owner; to.backup = from.backup; to.token = from.token; to.reason = from.reason
#define PUT(to, e, p, o, b, t, why)                                              \
  to.epoch = e; to.phase = p; to.owner = o; to.backup = b; to.token = t; to.reason = why
#define FORGET(it) it.version = 0; PUT(it, 0, 0, NOBODY, NOBODY, 0, 0)

/* ---- The rest of the environment ---- */

/* One slot for each host that opens a channel. */
typedef Link {
  byte number; /* 0: no connection */
  bool stands;
  bool isOpen[2]
};
Link link[SLOTS];
/* kind, epoch, number (sequence, or length of a copy), watermark, content (an output, or a history). */
chan toward[2 * SLOTS] = [POSITIONS_MAX + 2] of { mtype, byte, byte, byte, int };
#define WAY(slot, h) toward[2 * (slot) + (h)]

byte fence;
byte fencing[2];    /* the token of a fence under way; 0: none */
bool fenceHolds[2]; /* its answer is under way */

/* The outside: by position, the set of lives whose output it has seen there. */
short emitted[POSITIONS_MAX + 1];
byte starts = 1;
byte joins = JOINS;
byte crashes = CRASHES;
byte breaks = BREAKS;

/* ---- A node ---- */

bool alive[2] = true;
mtype stage[2] = idle;
mtype reported[2] = notConfigured;
byte epoch[2];         /* of the session */
byte epochMax[2];      /* the highest of a hello taken or a record read */
byte connection[2];    /* 0: none */
byte connectionMax[2]; /* the highest used or seen */

mtype gate[2] = shut;
byte logEpoch[2];
byte token[2];
byte sent[2];         /* owner: the last sequence assigned */
byte acknowledged[2]; /* owner: the highest acknowledgement counted */
byte closedAt[2];     /* owner: G */
byte issued[2];       /* owner: the watermark; what is above it waits at the gate */
byte received[2];     /* backup: the last entry held; its guest consumes it at once */
byte watermark[2];    /* backup: the last received; outputs above it are kept */

mtype watch[2] = inattentive;

mtype duty[2] = uninvolved;
mtype intent[2]; /* what the request outstanding is for */
mtype wanted[2]; /* what is asked when that is resolved */
bool suspected[2];
bool lost[2];    /* suspected by a closed channel: not withdrawn */
Record known[2]; /* the record last read */

/* A guest is its history: at each position the life that made it, four bits wide. A life is one tenure on one host. */
mtype guest[2] = none;
byte made[2];
int history[2];
#define LIFE(h) (token[h] * 2 + (h))
#define BIT(life) (1 << (life))
#define AT(h, position) ((history[h] >> (4 * ((position) - 1))) & 15)
#define APPEND(h, life)                                                          \
  made[h]++;                                                                     \
  history[h] = history[h] | ((life) << (4 * (made[h] - 1)))
/* Every output since the copy is an entry, so sequences and positions go in step, and the last entries are the last outputs. */
#define POSITION_OF(h, seq, last) (made[h] - ((last) - (seq)))

/* Scratch: zero between two steps. */
byte asker;
byte who;
byte seq;
byte place;
bool wasAlone;
mtype kind;
byte itsEpoch;
byte number;
byte mark;
int content;
#define CLEAR_SCRATCH                                                            \
  asker = NOBODY; who = 0; seq = 0; place = 0; wasAlone = false; kind = 0; itsEpoch = 0; number = 0; mark = 0; content = 0

/* ---- Claims: what always holds, by the names of model/properties ---- */

c_code {
\#include "observed.h"
}
#ifdef UNJUDGED
#define CLAIM(name, holds) skip
#else
#define CLAIM(name, holds) if :: (holds) :: else -> c_code { complain(name); } fi
#endif

#define IS_LIVE(h) (gate[h] == open || gate[h] == recording || gate[h] == acked)
#define IS_GATE_OPEN(h) (alive[h] && (gate[h] == open || gate[h] == recording))
#define IS_REPLAYING(h, e) ((gate[h] == following || gate[h] == sealed) && logEpoch[h] == e)
#define IS_READY(h, e) (stage[h] == ready && IS_REPLAYING(h, e))
#define IS_LIVE_OWNER(h) (alive[h] && record.owner == NAME(h) && IS_LIVE(h) && (guest[h] == running || guest[h] == held))
#define IS_OWNING(h)                                                             \
  (stage[h] == alone || stage[h] == recording || IS_JOINING(h) || stage[h] == protecting ||                     \
   stage[h] == guarded || stage[h] == surrendering)
#define IS_JOINING(h)                                                            \
  (stage[h] == connecting || stage[h] == greeting || stage[h] == syncing || stage[h] == draining)
#define IS_BACKUP(h) (stage[h] == welcomed || stage[h] == ready)

/* Of one host, after every step. */
#define JUDGE_HOST(h)                                                            \
  CLAIM("failover.alone-after-record",                                           \
        !IS_GATE_OPEN(h) || (record.owner == NAME(h) && record.phase != protected && !IS_GATE_OPEN(OTHER(h))));  \
  CLAIM("logging.acknowledge-held-entries",                                      \
        !(alive[h] && IS_LIVE(h) && alive[OTHER(h)] && IS_REPLAYING(OTHER(h), logEpoch[h])) ||                   \
        acknowledged[h] <= received[OTHER(h)]);                                  \
  CLAIM("pairing.sync-failure-leaves-owner-running", !(alive[h] && stage[h] == alone) || guest[h] == running);   \
  if                                                                             \
  :: IS_LIVE_OWNER(h) ->                                                         \
     CLAIM("failover.fence-before-live", fence >= record.token);                 \
     for (place : 1 .. POSITIONS_MAX) {                                          \
       CLAIM("failover.consume-before-live",                                     \
             (emitted[place] & ~(place <= made[h] -> BIT(AT(h, place)) : 0)) == 0);                              \
       CLAIM("output.reissue-after-takeover",                                    \
             !IS_GATE_OPEN(h) || place > made[h] || (emitted[place] & BIT(AT(h, place))) != 0)                   \
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
#ifndef UNJUDGED
  for (who : 0 .. 1) {
    JUDGE_HOST(who)
  }
  if :: c_expr { complaints != 0 } -> assert(false) :: else fi;
#endif
  CLEAR_SCRATCH;
  SHOW
}

/* ---- Output: spec/protocol.md, "Output" ---- */

#define HOLDS(h, at, life) (at <= made[h] && AT(h, at) == life)

inline emit(h, at, life) {
  CLAIM("output.nothing-after-loss",
        record.owner != NAME(OTHER(h)) || !alive[OTHER(h)] || guest[OTHER(h)] == halted || HOLDS(OTHER(h), at, life));
  CLAIM("output.hold-until-acknowledged",
        record.phase != protected || record.owner != NAME(h) || !alive[OTHER(h)] || !IS_READY(OTHER(h), record.epoch) ||
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

/* ---- Channel ---- */

#if SLOTS > 1
#define SLOT(n) (link[1].number == (n) -> 1 : 0)
#else
#define SLOT(n) 0
#endif

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
     link[slot].number = 0 /* last: a slot may be named by its number */
  :: else
  fi
}

inline send_on(h, n, what, e, one, two, body) {
  if
  :: n != 0 && link[SLOT(n)].number == n && link[SLOT(n)].stands && link[SLOT(n)].isOpen[h] && link[SLOT(n)].isOpen[OTHER(h)] ->
     WAY(SLOT(n), OTHER(h)) ! what, e, one, two, body
  :: else
  fi
}

inline close(h) {
  if
  :: connection[h] != 0 && link[SLOT(connection[h])].number == connection[h] -> end_at(SLOT(connection[h]), h)
  :: else
  fi;
  connection[h] = 0
}

/* ---- Arbitration: spec/protocol.md, "Record", "Arbitration" ---- */

/* What a node asks leaves it when it comes to rest; at most one node asks in a step, and once. */
#define ASK(h, what) asker = NAME(h); intent[h] = what

/* One request at a time, sent with the version last read. A read that was abandoned is forgotten. */
inline send_request(h) {
  assert(request[h].intent == 0 || request[h].intent == read);
  request[h].intent = intent[h];
  request[h].version = known[h].version;
  answer[h].comes = false;
  FORGET(answer[h].says);
  request[h].put.version = known[h].version + 1;
  if
  :: intent[h] == read -> FORGET(request[h].put)
  :: intent[h] == T2 -> PUT(request[h].put, known[h].epoch + 1, alone, NAME(h), NOBODY, known[h].epoch + 1, start)
  :: intent[h] == T3 -> PUT(request[h].put, known[h].epoch + 1, joining, NAME(h), NAME(OTHER(h)), known[h].token, protect)
  :: intent[h] == T4 -> PUT(request[h].put, known[h].epoch, protected, known[h].owner, known[h].backup, known[h].token, known[h].reason)
  :: intent[h] == T5 -> PUT(request[h].put, known[h].epoch + 1, alone, NAME(h), NOBODY, known[h].token, give_up)
#ifdef BUG_EPOCH_KEPT_AT_TAKEOVER
  :: intent[h] == T6 -> PUT(request[h].put, known[h].epoch, alone, NAME(h), NOBODY, known[h].epoch + 1, takeover)
#else
  :: intent[h] == T6 -> PUT(request[h].put, known[h].epoch + 1, alone, NAME(h), NOBODY, known[h].epoch + 1, takeover)
#endif
  :: intent[h] == T7 -> PUT(request[h].put, known[h].epoch + 1, alone, NAME(h), NOBODY, known[h].token, lost_backup)
  fi
}

/* An owner that rests asks what is wanted, and goes alone when its backup is suspected. */
inline pursue(h) {
  if
  :: wanted[h] != 0 -> duty[h] = asking; ASK(h, wanted[h]); wanted[h] = 0
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

/* ---- Heartbeat: spec/protocol.md, "Heartbeat" ---- */

inline suspect(h, isLost) {
  if
  :: duty[h] == settled || duty[h] == asking || duty[h] == inquiring || duty[h] == steady || duty[h] == wary ->
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

/* ---- Logging: spec/protocol.md, "Logging", "Flow" ---- */

inline end_log(h) {
  sent[h] = 0; acknowledged[h] = 0; closedAt[h] = 0; issued[h] = 0; received[h] = 0; watermark[h] = 0
}

inline run_if_held(h) {
#ifndef BUG_GUEST_HELD_WHEN_ALONE
  if :: guest[h] == held -> guest[h] = running :: else fi
#else
  skip
#endif
}

/* Only a record read as alone opens a gate that was closed: what is held leaves, and recording stops. */
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

/* An entry that is the next is held, acknowledged and applied; one held already is acknowledged again. */
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

/* Cumulative: above the highest counted, not beyond what was sent. It releases exactly what it names. */
inline count_acknowledgement(h) {
  if
  :: gate[h] != recording && gate[h] != acked
  :: else ->
     if
     :: number > sent[h] -> blame(h)
     :: number > acknowledged[h] && number <= sent[h] ->
        acknowledged[h] = number;
        if :: gate[h] == acked && number > issued[h] -> release(h, number) :: else fi;
        if :: guest[h] == held && sent[h] - acknowledged[h] < ENTRIES_MAX -> guest[h] = running :: else fi;
        protect_if_drained(h)
     :: else
     fi
  fi
}

/* The peer is faulty: a joining is given up, a pair loses its channel. */
inline blame(h) {
  if
  :: IS_JOINING(h) -> surrender(h)
  :: (stage[h] == protecting || stage[h] == guarded || stage[h] == ready) && connection[h] != 0 -> close(h); mourn(h)
  :: else
  fi
}

/* ---- Pairing: spec/protocol.md, "Pairing" ---- */

/* On the session's channel, of its epoch. */
#define IN_SESSION(h, slot) (connection[h] != 0 && link[slot].number == connection[h] && itsEpoch == epoch[h])

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
     stage[h] = protecting;
     want(h, T4)
#else
     gate[h] = acked;
     closedAt[h] = sent[h];
     protect_if_drained(h)
#endif
  :: else
  fi
}

/* An acknowledgement of G, and nothing less, lets T4 be sent. */
inline protect_if_drained(h) {
  if
#ifdef BUG_PROTECTED_BEFORE_DRAINED
  :: stage[h] == draining && gate[h] == acked ->
#else
  :: stage[h] == draining && gate[h] == acked && acknowledged[h] >= closedAt[h] ->
#endif
     stage[h] = protecting;
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

/* ---- Failover: spec/protocol.md, "Failover" ---- */

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
  :: stage[h] == ready -> close(h); watch[h] = inattentive; epoch[h] = known[h].epoch; stage[h] = succeeding
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

/* ---- What the record that came back says: spec/protocol.md, "Arbitration", the table ---- */

/* A record older than one seen, or than the pairing, is no answer. */
#define IS_NO_ANSWER(h)                                                          \
  (answer[h].says.version < known[h].version || answer[h].says.epoch < known[h].epoch ||                         \
   (IS_BACKUP(h) && answer[h].says.epoch < epoch[h]))
#ifdef BUG_REFUSAL_TAKEN_FOR_A_WIN
#define IS_ALONE_MINE(h) (known[h].phase == alone)
#else
#define IS_ALONE_MINE(h) (known[h].phase == alone && known[h].owner == NAME(h))
#endif
#define IS_BACKUP_IN(h, p) (known[h].backup == NAME(h) && known[h].epoch == epoch[h] && known[h].phase == p)
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

inline answer_to_owner(h) {
  if
  :: known[h].owner == NAME(h) && known[h].phase == alone && intent[h] == T3 -> ASK(h, T3)
  :: known[h].owner == NAME(h) && known[h].phase == alone && intent[h] == read && wasAlone -> pursue(h)
  :: IS_ALONE_MINE(h) && !(known[h].owner == NAME(h) && (intent[h] == T3 || (intent[h] == read && wasAlone))) ->
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
  lose_tail(h % SLOTS, 0);
  lose_tail(h % SLOTS, 1);
  link[h % SLOTS].number = connection[h];
  link[h % SLOTS].stands = false;
  link[h % SLOTS].isOpen[h] = true;
  link[h % SLOTS].isOpen[OTHER(h)] = false
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

/* ---- What the world does ---- */

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
#if SLOTS > 1
  end_at(1, h);
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
        request[h].put.epoch == record.epoch + (record.phase == joining && request[h].put.phase == protected -> 0 : 1) &&
        request[h].put.token == (request[h].put.owner != record.owner -> request[h].put.epoch : record.token));
  CLAIM("arbitration.name-incarnations",
        record.version == 0 || request[h].put.owner == record.owner ||
        (record.phase == protected && request[h].put.owner == record.backup &&
         (!alive[h] || IS_REPLAYING(h, record.epoch))));
  CLAIM("pairing.drain-before-protect",
        request[h].put.phase != protected || !alive[h] || !alive[OTHER(h)] || !IS_BACKUP(OTHER(h)) ||
        (gate[h] == acked && IS_READY(OTHER(h), request[h].put.epoch) && received[OTHER(h)] >= closedAt[h]));
  COPY_RECORD(record, request[h].put)
}

/* Both ends stand, or the opener learns that there is nobody. An end that was not told of a former close is told now. */
#define MAY_STAND(h) (h < SLOTS && link[h % SLOTS].number != 0 && !link[h % SLOTS].stands)
inline stand(h) {
  if
  :: !alive[OTHER(h)] ->
     place = link[h % SLOTS].number;
     end_at(h % SLOTS, h);
     closed(h, place)
  :: else ->
     if
     :: connection[OTHER(h)] != 0 && connection[OTHER(h)] < link[h % SLOTS].number -> closed(OTHER(h), connection[OTHER(h)])
     :: else
     fi;
     link[h % SLOTS].stands = true;
     link[h % SLOTS].isOpen[OTHER(h)] = true;
     if
     :: link[h % SLOTS].number > connectionMax[OTHER(h)] -> connectionMax[OTHER(h)] = link[h % SLOTS].number
     :: else
     fi;
     if
     :: stage[h] == connecting && connection[h] == link[h % SLOTS].number ->
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
     if :: (IS_OWNING(h) || IS_BACKUP(h)) && itsEpoch > epoch[h] && kind != hello -> surpassed(h) :: else fi
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

/* ---- Steps ---- */

#define me _pid

active [2] proctype host() {
end:
  do
  :: d_step { /* the manager starts the machine here */
       me == 0 && starts > 0 && alive[me] && stage[me] == idle ->
       SHOW;
       starts--;
       stage[me] = starting;
       duty[me] = starting;
       if :: known[me].version == 0 -> ASK(me, T2) :: else -> ASK(me, read) fi;
       rest()
     }
  :: d_step { /* the manager asks for a backup */
       joins > 0 && alive[me] && alive[OTHER(me)] && stage[me] == alone ->
       joins--;
       stage[me] = recording;
       want(me, T3);
       rest()
     }
  :: d_step { /* silence is seen on the channel */
       alive[me] && (watch[me] == trusting || watch[me] == suspecting) ->
       if :: watch[me] == trusting -> watch[me] = suspecting; suspect(me, false) :: else fi;
       rest()
     }
  :: d_step { /* the guest makes an output */
       alive[me] && guest[me] == running && made[me] < POSITIONS_MAX ->
       output(me);
       rest()
     }
  :: d_step { /* the host dies, and with it its memory; its requests do not */
       crashes > 0 && alive[me] ->
       crashes--;
       die(me);
       rest()
     }
  od
}

/* Toward which host the environment acts. */
#define it (_pid - 2)

active [2] proctype environment() {
end:
  do
  :: d_step { /* the arbiter attempts a request: the swap takes place only on the version that it names */
       request[it].intent != 0 ->
       if
       :: request[it].intent != read && request[it].version == record.version -> swap(it)
       :: else
       fi;
       if :: alive[it] -> answer[it].comes = true; COPY_RECORD(answer[it].says, record) :: else fi;
       request[it].intent = 0;
       request[it].version = 0;
       FORGET(request[it].put);
       rest()
     }
  :: d_step { /* the arbiter's answer comes */
       answer[it].comes ->
       take_answer(it);
       rest()
     }
  :: d_step { /* the disk raises its fence */
       fencing[it] != 0 ->
       if :: fencing[it] > fence -> fence = fencing[it] :: else fi;
       fencing[it] = 0;
       fenceHolds[it] = true;
       rest()
     }
  :: d_step { /* and says so */
       fenceHolds[it] ->
       fenceHolds[it] = false;
       if :: duty[it] == succeeding -> go_live(it) :: else fi;
       rest()
     }
  :: d_step { MAY_STAND(it) -> stand(it); rest() }
  :: d_step { MAY_ARRIVE(0, it) -> arrive(0, it); rest() }
  :: d_step { MAY_CLOSE(0, it) -> close_by_world(0, it); rest() }
#if SLOTS > 1
  :: d_step { MAY_ARRIVE(1, it) -> arrive(1, it); rest() }
  :: d_step { MAY_CLOSE(1, it) -> close_by_world(1, it); rest() }
#endif
  od
}
