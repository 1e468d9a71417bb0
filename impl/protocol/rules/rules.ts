// The decisions of a node, one small function each: the seam at which exactly one of them can be
// replaced, so that a test can show what breaks without it. No rule reads or changes a state; each
// is given the facts it decides on. Not a configuration: an agent runs `standardRules`.
// Spec: protocol.md.

import { type FailoverRules, standardFailoverRules } from './failover-rules.ts';
import { type FlowRules, standardFlowRules } from './flow-rules.ts';
import { type LifecycleRules, standardLifecycleRules } from './lifecycle-rules.ts';
import { type LoggingRules, standardLoggingRules } from './logging-rules.ts';
import { type OutputRules, standardOutputRules } from './output-rules.ts';
import { type PairingRules, standardPairingRules } from './pairing-rules.ts';
import { type ReconnectRules, standardReconnectRules } from './reconnect-rules.ts';
import { type ReplaceRules, standardReplaceRules } from './replace-rules.ts';

export interface Rules
  extends OutputRules,
    LoggingRules,
    PairingRules,
    FailoverRules,
    FlowRules,
    LifecycleRules,
    ReconnectRules,
    ReplaceRules {}

export const standardRules: Rules = {
  ...standardOutputRules,
  ...standardLoggingRules,
  ...standardPairingRules,
  ...standardFailoverRules,
  ...standardFlowRules,
  ...standardLifecycleRules,
  ...standardReconnectRules,
  ...standardReplaceRules,
};
