/*
 * The words and the state of core.pml: the record, what is under way, the outside, two nodes and
 * their guests. Nothing happens here. Spec: protocol, "Record", "Node".
 */

#define OTHER(h) (1 - (h))
/* The name of a host's incarnation in a record; each has one life. */
#define NAME(h) ((h) + 1)
#define HOST(name) ((name) - 1)
#define NOBODY 0

/* Phases of a record; alone is one more. Why it was put. What a request is for. */
mtype = { joining, protected };
mtype = { start, protect, give_up, takeover, lost_backup };
mtype = { read, T2, T3, T4, T5, T6, T7 };
/* Messages; ready is one more. */
mtype = { hello, welcome, refuse, copy, entry, acknowledge };
/* Stages of pairing. */
mtype = { idle, starting, powering, alone, recording, connecting, greeting, syncing, draining,
          drained, protecting, guarded, surrendering, welcomed, ready, succeeding, halted };
/* Positions of the gate; recording is an open one behind which a log is kept. */
mtype = { shut, open, acked, following, sealed };
/* What is thought of the peer. */
mtype = { inattentive, trusting, suspecting, bereft };
/* Of failover; starting, succeeding and halted are more. */
mtype = { uninvolved, settled, asking, steady, wary, inquiring };
/* The guest; halted is one more. What is reported; starting, running and halted are more. */
mtype = { none, running, held, replaying };
mtype = { notConfigured, needSecondary };

/* Record, arbiter. */

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

/* The rest of the environment. */

/* One slot for each number: every joining takes a higher one than its opener used or saw, so no two
 * connections ever have the same. */
typedef Link {
  byte number; /* 0: no connection */
  byte opener; /* of one that does not stand yet, else 0 */
  bool stands;
  bool isOpen[2]
};
Link link[JOINS];
#define SLOT(n) ((n) - 1)
/* Kind, epoch, number (sequence, or length of a copy), watermark, content (output, or history). */
chan toward[2 * JOINS] = [POSITIONS_MAX + 2] of { mtype, byte, byte, byte, int };
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

/* A node. */

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

/* A guest is its history: at each position the life that made it, four bits wide. A life is one
 * tenure on one host. */
mtype guest[2] = none;
byte made[2];
int history[2];
#define LIFE(h) (token[h] * 2 + (h))
#define BIT(life) (1 << (life))
#define AT(h, position) ((history[h] >> (4 * ((position) - 1))) & 15)
#define APPEND(h, life)                                                          \
  made[h]++;                                                                     \
  history[h] = history[h] | ((life) << (4 * (made[h] - 1)))
/* Every output since the copy is an entry: sequences and positions go in step. */
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
  asker = NOBODY; who = 0; seq = 0; place = 0; wasAlone = false;                 \
  kind = 0; itsEpoch = 0; number = 0; mark = 0; content = 0
