// One input, or the passing of time, to the part of the node that it is for; and what is observed of the whole.
// Spec: protocol.md, "Inputs" and "Periods"; conformance.md, "Observed facts".
#include <string.h>

#include "node.h"

bool same(const char *one, const char *other) {
  return strcmp(one, other) == 0;
}

// A period may be as long as its counter says, and then what it ends is never due.
uint64_t instant_after(uint64_t from, uint64_t period) {
  return from > never - period ? never : from + period;
}

// Nothing is kept without a bound: a case that is larger than it ends in an error of the adapter.
void *keep(struct node *node, size_t size) {
  void *kept = arena_take(node->memory, size);
  if (kept == NULL) node->is_out_of_memory = true;
  return kept;
}

const char *keep_text(struct node *node, const char *text) {
  const char *kept = arena_text(node->memory, text);
  if (kept != NULL) return kept;
  node->is_out_of_memory = true;
  return "";
}

void refuse_input(struct node *node, const char *code) {
  node->refusal = code;
}

static struct connection *find_connection(struct node *node, uint64_t number) {
  struct connection *one = node->connections;
  while (one != NULL && one->number != number) one = one->next;
  return one;
}

static void channel_opened(struct node *node, uint64_t number) {
  struct connection *known = find_connection(node, number);
  if (known == NULL) {
    known = keep(node, sizeof *known);
    if (known == NULL) return;
    known->number = number;
    known->next = node->connections;
    node->connections = known;
  }
  known->is_open = true;
}

static void forget_connection(struct node *node, uint64_t number) {
  struct connection *known = find_connection(node, number);
  if (known != NULL) known->is_open = false;
  channel_closed(node, number);
}

static void channel_arrived(struct node *node, const struct input *input) {
  const struct connection *known = find_connection(node, input->connection);
  if (known != NULL && known->is_open) take_message(node, input->connection, &input->message);
}

static bool is_type(const struct input *input, const char *type) {
  return same(input->type, type);
}

// What has no line here is given to owners that have a pair or an image, and is ignored.
// spec: lifecycle.unusable-input-ignored
void node_step(struct node *node, const struct input *input) {
  node->refusal = NULL;
  if (strncmp(input->type, "manager.", 8) == 0) manager_input(node, input);
  else if (is_type(input, "guest.input")) guest_input(node, input);
  else if (is_type(input, "guest.output")) guest_output(node, input);
  else if (is_type(input, "guest.applied")) guest_applied(node, input);
  else if (is_type(input, "guest.diverged")) guest_diverged(node, input->seq);
  else if (is_type(input, "channel.opened")) channel_opened(node, input->connection);
  else if (is_type(input, "channel.arrived")) channel_arrived(node, input);
  else if (is_type(input, "channel.closed")) forget_connection(node, input->connection);
  else if (is_type(input, "datagram.arrived")) take_beat(node, &input->message);
  else if (is_type(input, "arbiter.answered")) arbiter_answered(node, input);
  else if (is_type(input, "disk.answered")) disk_answered(node, input);
}

static bool owes_beats(const struct node *node) {
  return node->life == LIFE_BACKUP && node->pairing.beat_at != never;
}

static bool owes_alives(const struct node *node) {
  return node->life == LIFE_BACKUP && node->pairing.is_open && node->pairing.alive_at != never;
}

static uint64_t least(uint64_t one, uint64_t other) {
  return one < other ? one : other;
}

static bool watches(const struct node *node) {
  return node->life == LIFE_BACKUP && node->pairing.is_watching && !node->pairing.is_silent;
}

// The earliest instant at which something is due. spec: heartbeat.suspect-on-silence
uint64_t node_next(const struct node *node) {
  const struct pairing *pairing = &node->pairing;
  uint64_t next = least(node->request.retry_at, node->fence_at);
  if (owes_beats(node)) next = least(next, pairing->beat_at);
  if (owes_alives(node)) next = least(next, pairing->alive_at);
  if (node->life == LIFE_BACKUP) next = least(next, pairing->join_at);
  if (watches(node)) {
    next = least(next, instant_after(pairing->heard_datagram, node->parameters.beat_timeout));
    next = least(next, instant_after(pairing->heard_channel, node->parameters.channel_timeout));
  }
  return next;
}

// spec: heartbeat.send-every-interval, heartbeat.keep-alive-outside-log
static void keep_alive(struct node *node) {
  struct pairing *pairing = &node->pairing;
  if (owes_beats(node) && pairing->beat_at <= node->now) {
    send_beat(node);
    pairing->beat_at = instant_after(node->now, node->parameters.beat_interval);
  }
  if (owes_alives(node) && pairing->alive_at <= node->now) {
    send_alive(node);
    pairing->alive_at = instant_after(node->now, node->parameters.alive_interval);
  }
}

void node_advance(struct node *node, uint64_t to) {
  struct pairing *pairing = &node->pairing;
  if (to > node->now) node->now = to;
  keep_alive(node);
  if (watches(node)) check_silence(node);
  if (node->request.retry_at <= node->now) retry_request(node);
  if (node->fence_at <= node->now) ask_fence(node);
  if (node->life == LIFE_BACKUP && pairing->join_at <= node->now) {
    pairing->join_at = never;
    read_record(node);
  }
}

static const char *role_of(const struct node *node) {
  switch (node->life) {
    case LIFE_FENCING:
    case LIFE_OWNER:
    case LIFE_ENDING:
    case LIFE_TAKEOVER:
      return "owner";
    case LIFE_BACKUP:
      return "backup";
    default:
      return "none";
  }
}

void node_observe(const struct node *node, struct text *out) {
  const struct pairing *pairing = &node->pairing;
  const bool is_backup = node->life == LIFE_BACKUP;
  const bool is_open = node->life == LIFE_OWNER && !node->is_off_wanted;
  const uint64_t none = 0;
  text_add(out, "{\"state\":%q,\"role\":%q,\"epoch\":%c,\"version\":%c,\"token\":%c,\"gate\":%q", node->state,
           role_of(node), node->record.epoch, node->record.version, node->record.token, is_open ? "open" : "shut");
  text_add(out, ",\"sent\":\"0\",\"acknowledged\":%c,\"held\":%c,\"applied\":%c,\"waiting\":\"0\"",
           is_backup ? pairing->acknowledged : none, is_backup ? pairing->held : none,
           is_backup ? pairing->applied : none);
  text_add(out, ",\"share\":100,\"lag\":\"gray\",\"suspicion\":%s,\"guest\":%q}",
           is_backup && pairing->is_watching && is_suspected(node) ? "true" : "false", node->guest);
}
