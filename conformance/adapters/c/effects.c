// What a node asks for, each effect as the adapter protocol writes it, in the order of the calls.
// Spec: protocol.md, "Effects" and "Messages"; conformance.md, "The adapter protocol".
#include <string.h>

#include "node.h"

static void begin(struct node *node, const char *type) {
  if (node->effects->size > 0) text_add(node->effects, ",");
  text_add(node->effects, "{\"node\":%q,\"effect\":{\"type\":%q", node->name, type);
}

static void end(struct node *node) {
  text_add(node->effects, "}}");
}

static void begin_message(struct node *node, const char *kind, uint64_t epoch) {
  text_add(node->effects, ",\"message\":{\"kind\":%q,\"vm\":%q,\"epoch\":%c,\"from\":%q", kind, node->vm, epoch,
           node->incarnation);
}

// Messages of one or two counters: `more` names the first, and an acknowledgement has `applied` beside it.
void send_message(struct node *node, uint64_t connection, const char *kind, uint64_t epoch, const char *more,
                  uint64_t value, uint64_t other) {
  begin(node, "channel.send");
  text_add(node->effects, ",\"connection\":%c", connection);
  begin_message(node, kind, epoch);
  if (more != NULL) text_add(node->effects, ",%q:%c", more, value);
  if (same(kind, "acknowledge")) text_add(node->effects, ",\"applied\":%c", other);
  text_add(node->effects, "}");
  end(node);
}

void send_refusal(struct node *node, uint64_t connection, uint64_t epoch, const char *code) {
  begin(node, "channel.send");
  text_add(node->effects, ",\"connection\":%c", connection);
  begin_message(node, "refuse", epoch);
  text_add(node->effects, ",\"code\":%q}", code);
  end(node);
}

void send_alive(struct node *node) {
  const struct pairing *pairing = &node->pairing;
  begin(node, "channel.send");
  text_add(node->effects, ",\"connection\":%c", pairing->connection);
  begin_message(node, "alive", pairing->epoch);
  text_add(node->effects, ",\"seq\":%c,\"watermark\":%c,\"applied\":%c}", pairing->held, pairing->watermark,
           pairing->applied);
  end(node);
}

void send_beat(struct node *node) {
  begin(node, "datagram.send");
  text_add(node->effects, ",\"to\":%q", node->pairing.owner);
  begin_message(node, "beat", node->pairing.epoch);
  text_add(node->effects, ",\"number\":%c}", ++node->pairing.beats);
  end(node);
}

void close_channel(struct node *node, uint64_t connection) {
  begin(node, "channel.close");
  text_add(node->effects, ",\"connection\":%c", connection);
  end(node);
}

void open_channel(struct node *node, const char *peer, uint64_t connection) {
  begin(node, "channel.open");
  text_add(node->effects, ",\"peer\":%q,\"connection\":%c", peer, connection);
  end(node);
}

static void add_name(struct text *out, const char *key, const char *name) {
  if (name == NULL) text_add(out, ",%q:null", key);
  else text_add(out, ",%q:%q", key, name);
}

static const char *phase_text(enum phase phase) {
  static const char *const names[] = {"off", "alone", "joining", "protected", "suspended"};
  return names[phase];
}

// A request with the nonce that the node gave it last; without a record it is a read.
void ask_arbiter(struct node *node, uint64_t version, const struct record *swap, const char *reason) {
  struct text *out = node->effects;
  begin(node, "arbiter.request");
  text_add(out, ",\"nonce\":%c,\"action\":", node->request.nonce);
  if (swap == NULL) {
    text_add(out, "{\"read\":{}}");
  } else {
    text_add(out, "{\"swap\":{\"version\":%c,\"record\":{\"vm\":%q,\"version\":%c,\"epoch\":%c,\"phase\":%q", version,
             node->vm, swap->version, swap->epoch, phase_text(swap->phase));
    add_name(out, "owner", swap->owner);
    add_name(out, "backup", swap->backup);
    text_add(out, ",\"token\":%c,\"base\":\"0\",\"reason\":%q}}}", swap->token, reason);
  }
  end(node);
}

// A write, or without an operation the fence. spec: storage.write-carries-token
void ask_disk(struct node *node, const struct operation *operation) {
  struct text *out = node->effects;
  begin(node, "disk.request");
  text_add(out, ",\"operation\":%c,\"token\":%c,\"action\":", operation == NULL ? (uint64_t)0 : operation->number,
           node->record.token);
  if (operation == NULL) text_add(out, "{\"fence\":{}}");
  else text_add(out, "{\"write\":{\"data\":%q}}", operation->data);
  end(node);
}

void emit_output(struct node *node, const char *channel, uint64_t offset, const char *data) {
  begin(node, "output.emit");
  text_add(node->effects, ",\"channel\":%q,\"offset\":%c,\"data\":%q", channel, offset, data);
  end(node);
}

void announce(struct node *node) {
  begin(node, "address.announce");
  end(node);
}

void tell_guest(struct node *node, const char *command) {
  begin(node, command);
  end(node);
}

void restore_guest(struct node *node, uint64_t position, const char *state) {
  begin(node, "guest.restore");
  text_add(node->effects, ",\"position\":%c,\"state\":%q", position, state);
  end(node);
}

void apply_entry(struct node *node, uint64_t position, const struct entry *entry) {
  begin(node, "guest.apply");
  text_add(node->effects, ",\"entry\":{\"seq\":%c,\"position\":%c,\"kind\":%q,\"data\":%q}", entry->seq, position,
           entry->kind, entry->data);
  end(node);
}

void complete_operation(struct node *node, uint64_t operation, const char *result) {
  begin(node, "guest.complete");
  text_add(node->effects, ",\"operation\":%c,\"result\":%q", operation, result);
  end(node);
}

void halt_guest(struct node *node, const char *reason) {
  begin(node, "guest.halt");
  text_add(node->effects, ",\"reason\":%q", reason);
  end(node);
}

void report(struct node *node, const char *state, const char *reason) {
  node->state = state;
  begin(node, "report");
  text_add(node->effects, ",\"state\":%q,\"reason\":%q", state, reason);
  end(node);
}
