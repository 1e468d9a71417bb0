// Requests to the arbiter, and what each record that comes back means: the outcome is read, never told.
// Spec: protocol.md, "Record" and "Arbitration".
#include <string.h>

#include "node.h"

bool has_swap(const struct node *node) {
  return node->request.is_outstanding && node->request.intent != ASK_READ;
}

void forget_request(struct node *node) {
  node->request.is_outstanding = false;
  node->request.retry_at = never;
}

// The record that the intent would make of the one last read.
static const char *record_after(const struct node *node, enum intent intent, struct record *after) {
  const char *self = node->incarnation;
  *after = node->record;
  after->version++;
  after->epoch++;
  after->backup = NULL;
  after->phase = PHASE_ALONE;
  switch (intent) {
    case ASK_START:
      after->owner = self;
      after->token = after->epoch;
      return "start";
    case ASK_TAKE_OVER:
      after->owner = self;
      after->token = after->epoch;
      return "takeover";
    case ASK_RENOUNCE:
      return "diverged";
    case ASK_JOIN:
      after->phase = PHASE_JOINING;
      after->backup = node->wanted_peer;
      return "protect";
    default:
      after->phase = PHASE_OFF;
      after->owner = NULL;
      return intent == ASK_END ? node->end_reason : "power-off";
  }
}

// spec: arbitration.compare-and-swap-record, arbitration.unresolved-request
void ask(struct node *node, enum intent intent) {
  struct pairing *pairing = &node->pairing;
  node->request.is_outstanding = true;
  node->request.intent = intent;
  node->request.nonce = ++node->nonces;
  node->request.retry_at = instant_after(node->now, node->parameters.arbiter_retry);
  pairing->join_at = never;
  if (intent == ASK_READ) {
    pairing->was_closed_at_read = !pairing->is_open;
    ask_arbiter(node, 0, NULL, NULL);
    return;
  }
  struct record after;
  const char *reason = record_after(node, intent, &after);
  ask_arbiter(node, node->record.version, &after, reason);
}

// A request that is outstanding is that read. spec: arbitration.higher-epoch-reads-record
void read_record(struct node *node) {
  if (!node->request.is_outstanding) ask(node, ASK_READ);
}

// Sent again with the version last read; or the wait for the next read is over.
void retry_request(struct node *node) {
  if (node->request.is_outstanding) {
    ask(node, node->request.intent);
  } else {
    node->request.retry_at = never;
    if (node->life != LIFE_BACKUP || node->pairing.replaces > 0 || has_reason_to_act(node)) ask(node, ASK_READ);
  }
}

static void read_again_later(struct node *node) {
  node->request.retry_at = instant_after(node->now, node->parameters.arbiter_retry);
}

// T2, by the content of the record. spec: lifecycle.refusal-changes-nothing, arbitration.outcome-by-reading
static void decide_start(struct node *node, bool is_mine) {
  if (is_mine) {
    node->life = LIFE_FENCING;
    ask_fence(node);
  } else if (node->record.phase == PHASE_OFF) {
    ask(node, ASK_START);
  } else {
    node->life = LIFE_IDLE;
    report(node, "notConfigured", "superseded");
  }
}

// T9 of an owner, its read and its T3. spec: failover.loser-halts, lifecycle.power-off-recorded
static void decide_owner(struct node *node, enum intent intent, bool is_mine) {
  const struct record *record = &node->record;
  if (node->is_off_wanted && record->phase == PHASE_OFF) {
    halt_owner(node, "enabled", "power-off");
  } else if (record->owner == NULL || !same(record->owner, node->incarnation)) {
    halt_owner(node, "halted", "superseded");
  } else if (node->is_off_wanted) {
    ask(node, ASK_OFF);
  } else if (is_mine && node->wanted_peer != NULL) {
    ask(node, ASK_JOIN);
  } else if (record->phase == PHASE_JOINING && intent == ASK_JOIN) {
    begin_joining(node);
  }
}

// T12: any record but `alone` of this node is the end of it.
static void decide_ending(struct node *node, bool is_mine) {
  if (is_mine) {
    ask(node, ASK_END);
  } else if (node->life == LIFE_ENDING) {
    const bool is_off = node->record.phase == PHASE_OFF;
    node->life = is_off ? LIFE_IDLE : LIFE_HALTED;
    node->guest = is_off ? "none" : "halted";
    report(node, is_off ? "enabled" : "halted", is_off ? "power-off" : "superseded");
  }
}

// A replacement waits in the version that it was to replace the backup in.
// spec: pairing.replacement-waits-for-record, arbitration.outcome-by-reading
static void decide_replacement(struct node *node) {
  const struct record *record = &node->record;
  struct pairing *pairing = &node->pairing;
  const bool is_protected = record->phase == PHASE_PROTECTED;
  if (is_protected && record->version == pairing->replaces) {
    read_again_later(node);
  } else if (is_protected && same(record->backup, node->incarnation) && record->epoch == pairing->epoch + 1) {
    welcome_next_epoch(node);
    if (has_reason_to_act(node)) ask(node, ASK_TAKE_OVER);
  } else {
    discard(node, "notConfigured", "superseded");
  }
}

// The record names this node as backup in its epoch. spec: arbitration.outcome-by-reading, divergence.stop-and-renounce
static void decide_eligible(struct node *node, enum intent intent) {
  const struct pairing *pairing = &node->pairing;
  if (intent == ASK_TAKE_OVER || intent == ASK_OFF) ask(node, intent);
  else if (pairing->is_diverged) ask(node, ASK_RENOUNCE);
  else if (has_reason_to_act(node)) ask(node, pairing->has_power_off ? ASK_OFF : ASK_TAKE_OVER);
}

// The T4 that makes this node eligible may be on its way. spec: failover.read-before-discard
static void decide_joining(struct node *node) {
  if (node->pairing.was_closed_at_read) discard(node, "notConfigured", "superseded");
  else if (has_reason_to_act(node)) read_again_later(node);
}

static void decide_backup(struct node *node, enum intent intent, bool is_mine) {
  const struct record *record = &node->record;
  const struct pairing *pairing = &node->pairing;
  const bool is_backup = record->backup != NULL && same(record->backup, node->incarnation);
  if (pairing->replaces > 0) {
    decide_replacement(node);
  } else if (is_mine) {
    begin_takeover(node);
  } else if (is_backup && record->epoch == pairing->epoch && record->phase == PHASE_PROTECTED) {
    decide_eligible(node, intent);
  } else if (is_backup && record->epoch == pairing->epoch && record->phase == PHASE_JOINING) {
    decide_joining(node);
  } else if (record->phase == PHASE_OFF && (pairing->has_power_off || intent == ASK_OFF)) {
    discard(node, "enabled", "power-off");
  } else {
    discard(node, "notConfigured", "superseded");
  }
}

static void decide(struct node *node, enum intent intent) {
  const struct record *record = &node->record;
  const bool is_mine = record->phase == PHASE_ALONE && same(record->owner, node->incarnation);
  if (intent == ASK_END) decide_ending(node, is_mine);
  else if (node->life == LIFE_STARTING) decide_start(node, is_mine);
  else if (node->life == LIFE_OWNER) decide_owner(node, intent, is_mine);
  else if (node->life == LIFE_BACKUP) decide_backup(node, intent, is_mine);
}

// No record is an answer to a node that never saw one. spec: arbitration.older-version-is-unreachable
static bool is_too_old(const struct node *node, const struct input *input) {
  const struct record *record = &input->record;
  if (node->life == LIFE_BACKUP && record->epoch < node->pairing.epoch) return true;
  return record->version < node->record.version || record->epoch < node->record.epoch;
}

// spec: arbitration.answer-bound-to-request, arbitration.outcome-by-reading
void arbiter_answered(struct node *node, const struct input *input) {
  const struct request request = node->request;
  if (!request.is_outstanding || input->nonce != request.nonce || is_too_old(node, input)) return;
  forget_request(node);
  node->record = input->record;
  node->record.owner = input->record.owner == NULL ? NULL : keep_text(node, input->record.owner);
  node->record.backup = input->record.backup == NULL ? NULL : keep_text(node, input->record.backup);
  node->has_read = input->has_record;
  decide(node, request.intent);
}
