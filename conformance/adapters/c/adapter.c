// The adapter: one JSON object a line, in and out. Every field is read and checked before a node is given anything.
// Spec: conformance.md, "The adapter protocol"; schema/adapter.schema.json.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node.h"

enum {
  line_max = 1024 * 1024,
  nodes_max = 16,
  request_bytes_max = 128 * 1024 * 1024,
  case_bytes_max = 64 * 1024 * 1024,
};

struct adapter {
  struct arena request;
  struct arena memory; // Of the case.
  struct node nodes[nodes_max];
  size_t count;
  struct text effects;
  struct text reply;
  uint64_t now;
  const char *problem; // What is wrong with the request, or NULL.
};

static const char *complain(struct adapter *adapter, const char *problem) {
  if (adapter->problem == NULL) adapter->problem = problem;
  return "";
}

static const char *read_text(struct adapter *adapter, const struct json *object, const char *key) {
  const struct json *member = json_member(object, key);
  if (member != NULL && member->type == JSON_STRING) return member->text;
  return complain(adapter, "expected a string where the schema has one");
}

static bool is_absent(const struct json *object, const char *key) {
  const struct json *member = json_member(object, key);
  return member == NULL || member->type == JSON_NULL;
}

static uint64_t read_counter(struct adapter *adapter, const struct json *object, const char *key) {
  uint64_t value = 0;
  if (!counter_parse(read_text(adapter, object, key), &value))
    complain(adapter, "expected a counter of 64 bits as a decimal string");
  return value;
}

static const char *read_bytes(struct adapter *adapter, const struct json *object, const char *key) {
  const char *text = read_text(adapter, object, key);
  return base64_is_valid(text) ? text : complain(adapter, "expected bytes as padded base64");
}

static bool is_incarnation(const char *text) {
  const char *mark = strchr(text, '#');
  return mark != NULL && mark > text && mark[1] != '\0' && strchr(mark + 1, '#') == NULL;
}

static const char *read_incarnation(struct adapter *adapter, const struct json *object, const char *key) {
  const char *text = read_text(adapter, object, key);
  return is_incarnation(text) ? text : complain(adapter, "expected an incarnation, host#life");
}

static const char *read_word(struct adapter *adapter, const struct json *object, const char *key,
                             const char *const *words) {
  const char *text = read_text(adapter, object, key);
  for (; *words != NULL; words++) {
    if (same(text, *words)) return text;
  }
  return complain(adapter, "expected one of the words that the schema lists");
}

static const char *const channels[] = {"network", "console", "disk", NULL};
static const char *const results[] = {"done", "fenced", "error", NULL};
static const char *const kinds[] = {"input", "time-stamp", "timer", "completion", NULL};
static const char *const phases[] = {"off", "alone", "joining", "protected", "suspended", NULL};

static struct record read_record_of(struct adapter *adapter, const struct json *json) {
  struct record record = {
    .version = read_counter(adapter, json, "version"),
    .epoch = read_counter(adapter, json, "epoch"),
    .token = read_counter(adapter, json, "token"),
  };
  const char *phase = read_word(adapter, json, "phase", phases);
  for (int i = 0; phases[i] != NULL; i++) {
    if (same(phase, phases[i])) record.phase = (enum phase)i;
  }
  if (!is_absent(json, "owner")) record.owner = read_incarnation(adapter, json, "owner");
  if (!is_absent(json, "backup")) record.backup = read_incarnation(adapter, json, "backup");
  // A phase with an owner, and one with a backup, cannot be understood without them.
  const bool has_owner = record.phase != PHASE_OFF && record.phase != PHASE_SUSPENDED;
  const bool has_backup = record.phase == PHASE_JOINING || record.phase == PHASE_PROTECTED;
  if (has_owner && record.owner == NULL) complain(adapter, "expected an owner in a record of this phase");
  if (has_backup && record.backup == NULL) complain(adapter, "expected a backup in a record of this phase");
  return record;
}

static struct offsets read_offsets(struct adapter *adapter, const struct json *json) {
  return (struct offsets){
    .network = read_counter(adapter, json, "network"),
    .console = read_counter(adapter, json, "console"),
    .disk = read_counter(adapter, json, "disk"),
  };
}

static struct operation *read_open(struct adapter *adapter, const struct json *list) {
  struct operation *first = NULL;
  struct operation **last = &first;
  if (list == NULL || list->type != JSON_ARRAY) complain(adapter, "expected a list of open operations");
  else {
    for (const struct json *one = list->child; one != NULL; one = one->next) {
      struct operation *operation = arena_take(&adapter->request, sizeof *operation);
      if (operation == NULL) {
        complain(adapter, "expected a shorter list of open operations");
        break;
      }
      operation->number = read_counter(adapter, one, "operation");
      operation->data = read_bytes(adapter, one, "data");
      *last = operation;
      last = &operation->next;
    }
  }
  return first;
}

static void read_hello(struct adapter *adapter, const struct json *json, struct message *message) {
  message->to = read_incarnation(adapter, json, "to");
  message->connection = read_counter(adapter, json, "connection");
  message->next = read_counter(adapter, json, "next");
  message->replaces = is_absent(json, "replaces") ? 0 : read_counter(adapter, json, "replaces");
  message->configuration = read_bytes(adapter, json, "configuration");
}

static void read_entry(struct adapter *adapter, const struct json *json, struct message *message) {
  message->seq = read_counter(adapter, json, "seq");
  message->position = read_counter(adapter, json, "position");
  message->entry = read_text(adapter, json, "entry");
  message->data = read_bytes(adapter, json, "data");
  message->watermark = read_counter(adapter, json, "watermark");
}

static void read_copy(struct adapter *adapter, const struct json *json, struct message *message) {
  message->position = read_counter(adapter, json, "position");
  message->state = read_bytes(adapter, json, "state");
  message->open = read_open(adapter, json_member(json, "open"));
  message->offsets = read_offsets(adapter, json_member(json, "offsets"));
}

// Of the messages that only an owner is sent no more is read than what every message has.
static void read_message(struct adapter *adapter, const struct json *json, struct message *message) {
  message->kind = read_text(adapter, json, "kind");
  message->vm = read_text(adapter, json, "vm");
  message->epoch = read_counter(adapter, json, "epoch");
  message->from = read_incarnation(adapter, json, "from");
  if (same(message->kind, "hello")) read_hello(adapter, json, message);
  else if (same(message->kind, "entry")) read_entry(adapter, json, message);
  else if (same(message->kind, "copy")) read_copy(adapter, json, message);
  else if (same(message->kind, "alive")) message->watermark = read_counter(adapter, json, "watermark");
}

static void read_guest(struct adapter *adapter, const struct json *json, struct input *input) {
  if (same(input->type, "guest.input")) {
    input->kind = read_word(adapter, json, "kind", kinds);
    input->data = read_bytes(adapter, json, "data");
  } else if (same(input->type, "guest.output")) {
    input->channel = read_word(adapter, json, "channel", channels);
    input->data = read_bytes(adapter, json, "data");
  } else if (same(input->type, "guest.applied")) {
    input->seq = read_counter(adapter, json, "seq");
    input->has_output = !is_absent(json, "output");
    if (!input->has_output) return;
    input->channel = read_word(adapter, json_member(json, "output"), "channel", channels);
    input->data = read_bytes(adapter, json_member(json, "output"), "data");
  } else if (same(input->type, "guest.diverged")) {
    input->seq = read_counter(adapter, json, "seq");
  }
}

static void read_channel(struct adapter *adapter, const struct json *json, struct input *input) {
  input->connection = read_counter(adapter, json, "connection");
  if (same(input->type, "channel.arrived")) read_message(adapter, json_member(json, "message"), &input->message);
}

static void read_arbiter(struct adapter *adapter, const struct json *json, struct input *input) {
  input->nonce = read_counter(adapter, json, "nonce");
  input->has_record = same(input->type, "arbiter.answered") && !is_absent(json, "record");
  if (input->has_record) input->record = read_record_of(adapter, json_member(json, "record"));
}

// What only an owner of a pair or of an image can be told to do; this adapter says in its hello that it has no such node.
static bool is_beyond(const char *type) {
  return same(type, "manager.resume") || same(type, "manager.suspend");
}

static void read_input(struct adapter *adapter, const struct json *json, struct input *input) {
  input->type = read_text(adapter, json, "type");
  const char *type = input->type;
  if (is_beyond(type)) complain(adapter, "expected no suspend and no resume: the owner's node is not here");
  if (strncmp(type, "guest.", 6) == 0) read_guest(adapter, json, input);
  else if (strncmp(type, "channel.", 8) == 0) read_channel(adapter, json, input);
  else if (strncmp(type, "arbiter.", 8) == 0) read_arbiter(adapter, json, input);
  else if (same(type, "datagram.arrived")) read_message(adapter, json_member(json, "message"), &input->message);
  else if (same(type, "manager.protect") || same(type, "manager.replace-backup"))
    input->peer = read_incarnation(adapter, json, "peer");
  else if (same(type, "disk.answered")) {
    input->operation = read_counter(adapter, json, "operation");
    input->result = read_word(adapter, json, "result", results);
  } else if (strncmp(type, "manager.", 8) != 0) complain(adapter, "expected an input of the schema");
}

static void read_parameters(struct adapter *adapter, const struct json *json, struct parameters *parameters) {
  const struct json *reconnect = json_member(json, "reconnect");
  *parameters = (struct parameters){
    .beat_interval = read_counter(adapter, json, "beatInterval"),
    .alive_interval = read_counter(adapter, json, "aliveInterval"),
    .beat_timeout = read_counter(adapter, json, "beatTimeout"),
    .channel_timeout = read_counter(adapter, json, "channelTimeout"),
    .arbiter_retry = read_counter(adapter, json, "arbiterRetry"),
    .join_timeout = read_counter(adapter, json, "joinTimeout"),
    .may_be_lost = same(read_text(adapter, json, "network"), "may-be-lost"),
    .reconnect = reconnect != NULL && reconnect->type == JSON_TRUE,
    .configuration = read_bytes(adapter, json, "configuration"),
  };
}

static struct node *find_node(struct adapter *adapter, const struct json *params) {
  const char *name = read_text(adapter, params, "node");
  for (size_t i = 0; i < adapter->count; i++) {
    if (same(adapter->nodes[i].name, name)) return &adapter->nodes[i];
  }
  complain(adapter, "expected a node of the last reset");
  return NULL;
}

static void add_outcome(struct adapter *adapter, const char *refusal) {
  uint64_t next = never;
  for (size_t i = 0; i < adapter->count; i++) {
    const uint64_t due = node_next(&adapter->nodes[i]);
    if (due < next) next = due;
    if (adapter->nodes[i].is_out_of_memory) complain(adapter, "expected a case of at most 64 MiB");
  }
  text_add(&adapter->effects, "]");
  text_add(&adapter->reply, "{\"effects\":[");
  adapter->effects.data[adapter->effects.size - 1] = '\0';
  text_add(&adapter->reply, "%s],\"next\":", adapter->effects.data);
  if (next == never) text_add(&adapter->reply, "null");
  else text_add(&adapter->reply, "%c", next);
  if (refusal != NULL) text_add(&adapter->reply, ",\"refused\":{\"code\":%q}", refusal);
  text_add(&adapter->reply, "}");
}

static void greet(struct adapter *adapter) {
  text_add(&adapter->reply, "{\"protocol\":\"lockstep/1\",\"implementation\":{\"name\":\"lockstep-backup-c\","
                            "\"version\":\"0.1.0\",\"language\":\"C\"},"
                            "\"capabilities\":{\"observe\":true,\"roles\":[\"backup\"]}}");
}

static void add_node(struct adapter *adapter, const struct json *json, const char *vm, struct parameters parameters) {
  if (adapter->count == nodes_max) {
    complain(adapter, "expected at most 16 nodes");
    return;
  }
  struct node *node = &adapter->nodes[adapter->count++];
  *node = (struct node){
    .memory = &adapter->memory,
    .parameters = parameters,
    .now = adapter->now,
    .life = LIFE_IDLE,
    .state = "notConfigured",
    .guest = "none",
    .fence_at = never,
    .effects = &adapter->effects,
  };
  node->name = keep_text(node, read_text(adapter, json, "name"));
  node->incarnation = keep_text(node, read_incarnation(adapter, json, "incarnation"));
  node->vm = keep_text(node, vm);
  node->parameters.configuration = keep_text(node, parameters.configuration);
  node->request.retry_at = never;
  node->pairing.join_at = never;
}

static void reset(struct adapter *adapter, const struct json *params) {
  struct parameters parameters;
  const struct json *list = json_member(params, "nodes");
  const char *vm = read_text(adapter, params, "vm");
  arena_clear(&adapter->memory);
  adapter->count = 0;
  adapter->now = read_counter(adapter, params, "at");
  read_parameters(adapter, json_member(params, "parameters"), &parameters);
  if (list == NULL || list->type != JSON_ARRAY) complain(adapter, "expected a list of nodes");
  for (const struct json *one = list == NULL ? NULL : list->child; one != NULL && adapter->problem == NULL; one = one->next)
    add_node(adapter, one, vm, parameters);
  if (adapter->problem != NULL) adapter->count = 0;
  add_outcome(adapter, NULL);
}

static void step(struct adapter *adapter, const struct json *params) {
  struct input input = {0};
  struct node *node = find_node(adapter, params);
  if (read_counter(adapter, params, "at") != adapter->now) complain(adapter, "expected the instant of the last advance");
  read_input(adapter, json_member(params, "input"), &input);
  if (node == NULL || adapter->problem != NULL) return;
  node_step(node, &input);
  add_outcome(adapter, node->refusal);
}

static void advance(struct adapter *adapter, const struct json *params) {
  const uint64_t to = read_counter(adapter, params, "to");
  if (to < adapter->now) complain(adapter, "expected an instant that is not before the last");
  if (adapter->problem != NULL) return;
  adapter->now = to;
  for (size_t i = 0; i < adapter->count; i++) node_advance(&adapter->nodes[i], to);
  add_outcome(adapter, NULL);
}

static void observe(struct adapter *adapter, const struct json *params) {
  const struct node *node = find_node(adapter, params);
  if (node != NULL) node_observe(node, &adapter->reply);
}

// False when it was the last request.
static bool answer(struct adapter *adapter, const struct json *request) {
  const struct json *params = json_member(request, "params");
  const char *method = read_text(adapter, request, "method");
  if (same(method, "hello")) greet(adapter);
  else if (same(method, "reset")) reset(adapter, params);
  else if (same(method, "step")) step(adapter, params);
  else if (same(method, "advance")) advance(adapter, params);
  else if (same(method, "observe")) observe(adapter, params);
  else if (same(method, "bye")) text_add(&adapter->reply, "{}");
  else complain(adapter, "expected a method of lockstep/1");
  return !same(method, "bye");
}

static bool is_integer(const struct json *value) {
  return value != NULL && value->type == JSON_NUMBER && strlen(value->text) <= 20 &&
         strspn(value->text, "-0123456789") == strlen(value->text);
}

// A line without an id cannot be answered, so it is answered with that of no request.
static bool take_line(struct adapter *adapter, const char *line, size_t size) {
  adapter->problem = NULL;
  text_clear(&adapter->effects);
  text_clear(&adapter->reply);
  arena_clear(&adapter->request);
  const struct json *request = json_parse(&adapter->request, line, size);
  const struct json *id = json_member(request, "id");
  const bool is_known = is_integer(id);
  bool goes_on = true;
  if (is_known) goes_on = answer(adapter, request);
  else complain(adapter, "expected a JSON object with an integer id");
  printf("{\"id\":%s,", is_known ? id->text : "-1");
  if (adapter->problem == NULL) printf("\"result\":%.*s}\n", (int)adapter->reply.size, adapter->reply.data);
  else printf("\"error\":{\"code\":\"malformed\",\"text\":\"%s\"}}\n", adapter->problem);
  fflush(stdout);
  return goes_on;
}

// The size of the next line without its end, or -1 at the end of input; one beyond the bound is read to its end and told
// by a size above it.
static long next_line(char *line) {
  long size = 0;
  for (;;) {
    const int byte = getchar();
    if (byte == EOF) return size > 0 ? size : -1;
    if (byte == '\n') return size;
    if (size < line_max) line[size] = (char)byte;
    if (size <= line_max) size++;
  }
}

int main(void) {
  static char line[line_max];
  static struct adapter adapter = {
    .request = {.bound = request_bytes_max},
    .memory = {.bound = case_bytes_max},
  };
  bool goes_on = true;
  while (goes_on) {
    const long size = next_line(line);
    if (size < 0) break;
    goes_on = take_line(&adapter, line, size > line_max ? 0 : (size_t)size);
  }
  arena_clear(&adapter.request);
  arena_clear(&adapter.memory);
  text_free(&adapter.effects);
  text_free(&adapter.reply);
  return 0;
}
