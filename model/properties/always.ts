// What must hold in every step of every run, by the requirement that it stands for. Each says when its premise holds
// and, when it is false, which conjunct with which values. It looks at the product from outside. Spec: protocol.

import { flowProperties } from './flow.ts';
import { lifecycleProperties } from './lifecycle.ts';
import type { SystemAlways } from './look.ts';
import { misdeedProperties } from './misdeeds.ts';
import { outputProperties } from './output.ts';
import { ownershipProperties } from './ownership.ts';
import { reconnectingProperties } from './reconnecting.ts';
import { resumingProperties } from './resuming.ts';
import { securityProperties } from './security.ts';
import { storageProperties } from './storage.ts';

export const always: readonly SystemAlways[] = [
  ...ownershipProperties,
  ...outputProperties,
  ...storageProperties,
  ...lifecycleProperties,
  ...flowProperties,
  ...reconnectingProperties,
  ...resumingProperties,
  ...misdeedProperties,
  ...securityProperties,
];
