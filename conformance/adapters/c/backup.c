// The backup's log and its watch: entries that it holds, applies and acknowledges, and an owner that falls silent.
// Spec: protocol.md, "Logging", "Heartbeat" and "Divergence".
#include <stdlib.h>
#include <string.h>

#include "node.h"

// A backup's suspicion by divergence is its own affair; what is observed is that its owner seems gone.
bool is_suspected(const struct node *node) {
  return node->pairing.is_silent || node->pairing.is_lost;
}

bool has_reason_to_act(const struct node *node) {
  return is_suspected(node) || node->pairing.has_yielded || node->pairing.is_diverged;
}

// spec: heartbeat.suspect-on-silence
void watch(struct node *node) {
  node->pairing.is_watching = true;
  node->pairing.heard_datagram = node->now;
  node->pairing.heard_channel = node->now;
}

static bool is_path_silent(const struct node *node) {
  const struct pairing *pairing = &node->pairing;
  return node->now - pairing->heard_datagram >= node->parameters.beat_timeout ||
         node->now - pairing->heard_channel >= node->parameters.channel_timeout;
}

// Silence on either path is one cause, so the second path that falls silent is none.
void check_silence(struct node *node) {
  struct pairing *pairing = &node->pairing;
  if (!pairing->is_watching || pairing->is_silent || !is_path_silent(node)) return;
  pairing->is_silent = true;
  read_record(node);
}

// Withdrawn by what is heard, unless a swap is outstanding. spec: heartbeat.suspicion-is-not-live
void hear(struct node *node, uint64_t *path) {
  *path = node->now;
  if (node->pairing.is_silent && !is_path_silent(node) && !has_swap(node)) node->pairing.is_silent = false;
}

static bool has_known_kind(const char *kind) {
  static const char *const kinds[] = {"input", "time-stamp", "timer", "completion", "output", "power-off", "yield"};
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    if (same(kind, kinds[i])) return true;
  }
  return false;
}

// The payload of an output: channel 2, offset 8, size 4, check 8, little-endian. spec: replay.output-has-own-entry
struct payload {
  const char *channel;
  uint64_t offset, size;
  const uint8_t *check;
};

static uint64_t little_endian(const uint8_t *bytes, int size) {
  uint64_t value = 0;
  for (int i = size - 1; i >= 0; i--) value = value << 8 | bytes[i];
  return value;
}

enum { payload_size = 22, payload_text = 32 };

static bool read_payload(const char *data, uint8_t room[payload_text], struct payload *payload) {
  static const char *const channels[] = {"console", "network", "disk"};
  if (strlen(data) != payload_text || base64_decode(data, room) != payload_size) return false;
  const uint64_t channel = little_endian(room, 2);
  if (channel > 2) return false;
  payload->channel = channels[channel];
  payload->offset = little_endian(room + 2, 8);
  payload->size = little_endian(room + 10, 4);
  payload->check = room + 14;
  return true;
}

// spec: logging.undecodable-not-acknowledged
static bool is_understood(const struct message *message) {
  uint8_t room[payload_text];
  struct payload payload;
  if (!has_known_kind(message->entry)) return false;
  return !same(message->entry, "output") || read_payload(message->data, room, &payload);
}

// A fault of the peer: the channel is closed, which is a suspicion at once. spec: logging.gap-closes-connection
void close_for_fault(struct node *node) {
  close_channel(node, node->pairing.connection);
  lose_channel(node);
}

// spec: logging.acknowledge-held-entries, logging.cumulative-acknowledgement
static void acknowledge(struct node *node) {
  struct pairing *pairing = &node->pairing;
  pairing->acknowledged = pairing->held;
  send_message(node, pairing->connection, "acknowledge", pairing->epoch, "upto", pairing->held, pairing->applied);
}

static void hold_entry(struct node *node, const struct message *message) {
  struct pairing *pairing = &node->pairing;
  struct entry *entry = keep(node, sizeof *entry);
  if (entry == NULL) return;
  *entry = (struct entry){
    .seq = message->seq,
    .kind = keep_text(node, message->entry),
    .data = keep_text(node, message->data),
  };
  if (pairing->last == NULL) pairing->first = entry;
  else pairing->last->next = entry;
  pairing->last = entry;
  pairing->held = message->seq;
  pairing->has_power_off = same(message->entry, "power-off");
  pairing->is_ended = pairing->has_power_off || same(message->entry, "yield");
  // spec: lifecycle.power-off-entry-ends-replay, logging.not-beyond-log
  if (!pairing->has_power_off) apply_entry(node, message->position, entry);
}

static void drop_issued(struct node *node) {
  struct pairing *pairing = &node->pairing;
  while (pairing->outputs != NULL && pairing->outputs->seq <= pairing->watermark)
    pairing->outputs = pairing->outputs->next;
  if (pairing->outputs == NULL) pairing->last_output = NULL;
}

static void raise_watermark(struct node *node, uint64_t watermark) {
  if (watermark > node->pairing.watermark) node->pairing.watermark = watermark;
  drop_issued(node);
}

// spec: logging.nothing-after-gap, logging.drop-duplicates, divergence.stop-and-renounce
void take_entry(struct node *node, const struct message *message) {
  struct pairing *pairing = &node->pairing;
  if (pairing->is_diverged) return;
  const bool is_due = pairing->is_ready && pairing->replaces == 0 && pairing->is_greeted;
  const bool is_next = message->seq == pairing->held + 1 && !pairing->is_ended;
  if (is_due && message->seq <= pairing->held) {
    raise_watermark(node, message->watermark);
    acknowledge(node);
  } else if (!is_due || !is_next || !is_understood(message)) {
    close_for_fault(node);
  } else {
    hold_entry(node, message);
    raise_watermark(node, message->watermark);
    acknowledge(node);
  }
}

void take_alive(struct node *node, const struct message *message) {
  raise_watermark(node, message->watermark);
}

// Where its next output begins; a disk output has the number of its operation there.
static uint64_t next_offset(const struct node *node, const char *channel) {
  if (same(channel, "network")) return node->offsets.network;
  if (same(channel, "console")) return node->offsets.console;
  return node->offsets.disk + 1;
}

// What the guest made, against what the log says that its owner's guest made. spec: divergence.check-output
static bool fits(const struct node *node, const struct entry *entry, const struct input *input) {
  uint8_t room[payload_text];
  uint8_t digest[32];
  struct payload payload;
  if (!same(entry->kind, "output")) return true;
  if (!input->has_output || !read_payload(entry->data, room, &payload)) return false;
  uint8_t *bytes = malloc(strlen(input->data) / 4 * 3 + 1);
  if (bytes == NULL) return false;
  const long size = base64_decode(input->data, bytes);
  sha256(bytes, (size_t)size, digest);
  free(bytes);
  return same(payload.channel, input->channel) && payload.offset == next_offset(node, payload.channel) &&
         payload.size == (uint64_t)size && memcmp(digest, payload.check, 8) == 0;
}

static void keep_output(struct node *node, const struct entry *entry, const struct input *input) {
  uint8_t room[payload_text];
  struct payload payload;
  struct pairing *pairing = &node->pairing;
  struct output *output = keep(node, sizeof *output);
  if (output == NULL || !read_payload(entry->data, room, &payload)) return;
  *output = (struct output){
    .seq = entry->seq,
    .offset = payload.offset,
    .channel = payload.channel,
    .data = keep_text(node, input->data),
  };
  if (pairing->last_output == NULL) pairing->outputs = output;
  else pairing->last_output->next = output;
  pairing->last_output = output;
  drop_issued(node);
}

// The devices of the replayed guest, as far as a takeover needs them. spec: device.completion-exactly-once
static void count_output(struct node *node, const struct input *input) {
  uint64_t size = strlen(input->data) / 4 * 3;
  for (const char *pad = strchr(input->data, '='); pad != NULL && *pad == '='; pad++) size--;
  if (same(input->channel, "network")) node->offsets.network += size;
  else if (same(input->channel, "console")) node->offsets.console += size;
  else open_operation(node, ++node->offsets.disk, keep_text(node, input->data));
}

static void close_completed(struct node *node, const char *data) {
  uint8_t *bytes = malloc(strlen(data) / 4 * 3 + 1);
  if (bytes == NULL) return;
  const long size = base64_decode(data, bytes);
  close_operation(node, bytes, (size_t)size);
  free(bytes);
}

static void consume(struct node *node, const struct input *input) {
  struct pairing *pairing = &node->pairing;
  const struct entry *entry = pairing->first;
  pairing->first = entry->next;
  if (pairing->first == NULL) pairing->last = NULL;
  pairing->applied = entry->seq;
  if (same(entry->kind, "output")) {
    keep_output(node, entry, input);
    count_output(node, input);
  } else if (same(entry->kind, "completion")) {
    close_completed(node, entry->data);
  } else if (same(entry->kind, "yield")) {
    pairing->has_yielded = true;
  }
}

static bool is_replaying(const struct node *node) {
  return (node->life == LIFE_BACKUP || node->life == LIFE_TAKEOVER) && !node->pairing.is_diverged;
}

void guest_applied(struct node *node, const struct input *input) {
  const struct entry *entry = node->pairing.first;
  if (!is_replaying(node) || entry == NULL || entry->seq != input->seq || same(entry->kind, "power-off")) return;
  if (!fits(node, entry, input)) {
    guest_diverged(node, input->seq);
    return;
  }
  consume(node, input);
  if (node->life == LIFE_TAKEOVER) go_on_with_takeover(node);
  // spec: failover.yield-needs-no-timeout
  else if (node->pairing.has_yielded) read_record(node);
}

// spec: divergence.never-live, divergence.stop-and-renounce
void guest_diverged(struct node *node, uint64_t seq) {
  struct pairing *pairing = &node->pairing;
  const struct entry *entry = pairing->first;
  if (!is_replaying(node) || entry == NULL || seq < entry->seq || seq > pairing->held) return;
  pairing->is_diverged = true;
  if (node->life == LIFE_TAKEOVER) {
    end_machine(node, "diverged");
    return;
  }
  if (pairing->is_open) send_message(node, pairing->connection, "diverged", pairing->epoch, "seq", seq, 0);
  read_record(node);
}
