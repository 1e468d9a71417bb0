// A backup that has read itself as owner: it seals, fences, consumes, announces, issues again and is live; or it ends
// what it must not run. Spec: protocol.md, "Failover", "Output" and "Lifecycle".
#include "node.h"

// spec: failover.seal-log
static void seal(struct node *node) {
  struct pairing *pairing = &node->pairing;
  if (pairing->is_open) close_channel(node, pairing->connection);
  pairing->is_open = false;
  pairing->is_watching = false;
}

// spec: failover.fence-before-live, lifecycle.power-off-finished-by-backup
void begin_takeover(struct node *node) {
  node->life = LIFE_TAKEOVER;
  seal(node);
  if (node->pairing.is_diverged) {
    end_machine(node, "diverged");
  } else if (node->pairing.has_power_off) {
    end_machine(node, "power-off");
  } else {
    ask_fence(node);
  }
}

// Won, and may not run: the guest is halted and the record switched off. spec: divergence.never-live
void end_machine(struct node *node, const char *reason) {
  const bool is_power_off = same(reason, "power-off");
  halt_guest(node, reason);
  node->guest = "halted";
  node->life = is_power_off ? LIFE_ENDING : LIFE_HALTED;
  node->end_reason = reason;
  node->fence_at = never;
  node->operations = NULL;
  if (!is_power_off) report(node, "halted", reason);
  ask(node, ASK_END);
}

// spec: output.reissue-after-takeover, failover.reissue-open-operations
static void issue_again(struct node *node) {
  for (const struct operation *one = node->operations; one != NULL; one = one->next) ask_disk(node, one);
  for (const struct output *one = node->pairing.outputs; one != NULL; one = one->next) {
    const bool is_lost = same(one->channel, "network") && node->parameters.may_be_lost;
    if (!is_lost && !same(one->channel, "disk")) emit_output(node, one->channel, one->offset, one->data);
  }
}

// Fence and consumption may overlap; both are done before anything is announced. spec: failover.consume-before-live
void go_on_with_takeover(struct node *node) {
  if (!node->is_fenced || node->pairing.applied < node->pairing.held) return;
  announce(node);
  issue_again(node);
  go_live(node, "lost-connection");
}
