// The node: what it remembers, what it is given, and what its parts ask of one another.
// It is idle, a backup, a promoted backup or an owner alone; it makes no backup of its own. Spec: protocol.md, "Node".
#ifndef LOCKSTEP_NODE_H
#define LOCKSTEP_NODE_H

#include "json.h"

enum phase { PHASE_OFF, PHASE_ALONE, PHASE_JOINING, PHASE_PROTECTED, PHASE_SUSPENDED };

struct record {
  uint64_t version, epoch, token;
  enum phase phase;
  const char *owner;  // NULL where there is none.
  const char *backup; // NULL where there is none.
};

struct operation {
  uint64_t number;
  const char *data;
  bool is_answered; // The disk has said what became of it.
  struct operation *next;
};

struct offsets {
  uint64_t network, console, disk;
};

struct message {
  const char *kind, *vm, *from, *to, *configuration, *state, *entry, *data;
  uint64_t epoch, connection, next, replaces, position, seq, watermark;
  struct operation *open;
  struct offsets offsets;
};

// An input, with the fields that its type has; the others are 0.
struct input {
  const char *type, *peer, *kind, *channel, *data, *result;
  uint64_t position, seq, connection, nonce, operation;
  bool has_output, has_record;
  struct message message;
  struct record record;
};

struct parameters {
  uint64_t beat_interval, alive_interval, beat_timeout, channel_timeout, arbiter_retry, join_timeout;
  bool may_be_lost, reconnect;
  const char *configuration;
};

// `never` is no instant: a deadline that is not set.
static const uint64_t never = UINT64_MAX;

enum life {
  LIFE_IDLE,
  LIFE_HALTED,
  LIFE_STARTING, // Power-on was asked for and not yet read.
  LIFE_FENCING,  // Powered on, and its guest does not run yet.
  LIFE_OWNER,    // Its guest runs, alone.
  LIFE_ENDING,   // Owner of what it switches off.
  LIFE_BACKUP,
  LIFE_TAKEOVER, // Promoted, and not yet live.
};

enum intent { ASK_READ, ASK_START, ASK_JOIN, ASK_TAKE_OVER, ASK_RENOUNCE, ASK_OFF, ASK_END };

// At most one is outstanding. spec: arbitration.unresolved-request
struct request {
  bool is_outstanding;
  enum intent intent;
  uint64_t nonce;
  uint64_t retry_at; // When it is sent again; or, with none outstanding, when the record is read again.
};

struct connection {
  uint64_t number;
  const char *peer;
  bool is_open;
  struct connection *next;
};

struct entry {
  uint64_t seq;
  const char *kind, *data;
  struct entry *next;
};

// An output of the replayed guest that a takeover may have to emit. spec: output.reissue-after-takeover
struct output {
  uint64_t seq, offset;
  const char *channel, *data;
  struct output *next;
};

struct pairing {
  const char *owner;
  uint64_t epoch, connection;
  bool is_open;              // The connection stands.
  bool is_greeted;           // Welcomed in this epoch.
  bool is_ready, is_watching, is_diverged, has_yielded, has_power_off, is_ended;
  bool is_silent;            // Suspected for silence, and not trusted again.
  bool is_lost;              // Suspected for a channel that closed; never withdrawn.
  bool was_closed_at_read;   // When the record was last asked for.
  uint64_t replaces;         // Of a replacement the version that it waits in, else 0.
  bool has_next_hello;       // Of a replacement: that of the epoch that it has not read.
  uint64_t held, applied, watermark, acknowledged;
  uint64_t heard_datagram, heard_channel, beat_at, alive_at, join_at, beats;
  struct entry *first, *last; // Held and not consumed.
  struct output *outputs, *last_output;
};

struct node {
  const char *name, *incarnation, *vm;
  struct parameters parameters;
  struct arena *memory; // Of the case.
  bool is_out_of_memory;
  uint64_t now;
  enum life life;
  const char *state;   // Last reported.
  const char *guest;   // As it is observed.
  struct record record; // Last read.
  bool has_read;        // Whether there was ever one.
  struct request request;
  uint64_t nonces;
  uint64_t taken_epoch; // The highest of a hello that was taken.
  uint64_t fence_at;    // When a fence that failed is asked for again.
  bool is_fenced;
  struct connection *connections;
  struct operation *operations; // Open, in their order.
  struct offsets offsets;
  const char *wanted_peer; // Of an owner: the backup that a join names.
  bool is_off_wanted;
  const char *end_reason;  // Of what is switched off by T12.
  struct pairing pairing;
  struct text *effects;
  const char *refusal;
};

// The whole of a node's behaviour: one input, or the passing of time.
void node_step(struct node *node, const struct input *input);
void node_advance(struct node *node, uint64_t to);
uint64_t node_next(const struct node *node);
void node_observe(const struct node *node, struct text *out);

// What is kept beyond the request that brought it.
const char *keep_text(struct node *node, const char *text);
void *keep(struct node *node, size_t size);
uint64_t instant_after(uint64_t from, uint64_t period);
bool same(const char *one, const char *other);
void refuse_input(struct node *node, const char *code);

// Effects, in effects.c.
void send_message(struct node *node, uint64_t connection, const char *kind, uint64_t epoch, const char *more,
                  uint64_t value, uint64_t other);
void send_refusal(struct node *node, uint64_t connection, uint64_t epoch, const char *code);
void send_alive(struct node *node);
void send_beat(struct node *node);
void close_channel(struct node *node, uint64_t connection);
void open_channel(struct node *node, const char *peer, uint64_t connection);
void ask_arbiter(struct node *node, uint64_t version, const struct record *swap, const char *reason);
void ask_disk(struct node *node, const struct operation *operation);
void emit_output(struct node *node, const char *channel, uint64_t offset, const char *data);
void announce(struct node *node);
void tell_guest(struct node *node, const char *command);
void restore_guest(struct node *node, uint64_t position, const char *state);
void apply_entry(struct node *node, uint64_t position, const struct entry *entry);
void complete_operation(struct node *node, uint64_t operation, const char *result);
void halt_guest(struct node *node, const char *reason);
void report(struct node *node, const char *state, const char *reason);

// Arbitration, in arbitration.c.
void ask(struct node *node, enum intent intent);
void read_record(struct node *node);
void forget_request(struct node *node);
void arbiter_answered(struct node *node, const struct input *input);
void retry_request(struct node *node);
bool has_swap(const struct node *node);

// The backup, in pairing.c, backup.c and takeover.c.
void take_message(struct node *node, uint64_t connection, const struct message *message);
void channel_closed(struct node *node, uint64_t connection);
void welcome_next_epoch(struct node *node);
void discard(struct node *node, const char *state, const char *reason);
void take_entry(struct node *node, const struct message *message);
void take_alive(struct node *node, const struct message *message);
void take_beat(struct node *node, const struct message *message);
void guest_applied(struct node *node, const struct input *input);
void guest_diverged(struct node *node, uint64_t seq);
void lose_channel(struct node *node);
void close_for_fault(struct node *node);
void hear(struct node *node, uint64_t *path);
void watch(struct node *node);
void check_silence(struct node *node);
bool is_suspected(const struct node *node);
bool has_reason_to_act(const struct node *node);
void begin_takeover(struct node *node);
void go_on_with_takeover(struct node *node);
void end_machine(struct node *node, const char *reason);

// The owner alone, in owner.c.
void manager_input(struct node *node, const struct input *input);
void guest_input(struct node *node, const struct input *input);
void guest_output(struct node *node, const struct input *input);
void disk_answered(struct node *node, const struct input *input);
void ask_fence(struct node *node);
void begin_joining(struct node *node);
void go_live(struct node *node, const char *reason);
void halt_owner(struct node *node, const char *state, const char *reason);
void close_operation(struct node *node, const uint8_t *data, size_t size);
struct operation *open_operation(struct node *node, uint64_t number, const char *data);

#endif
