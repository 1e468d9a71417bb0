// The rules by which a backup is replaced: by whom, when the record may be asked, and who is told of an attempt
// that failed. When the guest may be copied: lifecycle-rules.ts. Not the procedures: replacing.ts, replacement.ts.
// Spec: protocol.md, "Migration".

import { hostOf, type Incarnation } from '../incarnation.ts';

/** Those whom the record names. */
export interface Named {
  readonly owner: Incarnation;
  readonly backup: Incarnation;
}

export interface ReplaceRules {
  /** May `peer` replace the backup that the record names? */
  mayTakePlace(at: Named & { readonly peer: Incarnation }): boolean;
  /** Is every other operation refused while a replacement is under way? */
  migratesAlone(): boolean;
  /** Does the old backup keep its channel while a replacement is on its way? */
  keepsBackup(): boolean;
  /** May T14 be sent? A replacement that is not ready may have been sent the copy. */
  mayReplace(at: { readonly isReady: boolean; readonly isCopied: boolean }): boolean;
  /** Whom T14 names. */
  namedByReplacing(at: { readonly self: Incarnation; readonly peer: Incarnation }): Named;
  /** Does the guest stay held while T14 is unresolved? */
  restsUntilRead(): boolean;
  /** Does a replacement keep its copy while the record may yet come to name it? */
  waitsForRecord(): boolean;
  /** Is a replacement that was sent the copy and given up told by the record? */
  touchesRecord(): boolean;
}

export const standardReplaceRules: ReplaceRules = {
  /** spec: pairing.migration-keeps-hosts-distinct */
  mayTakePlace({ owner, backup, peer }) {
    return hostOf(owner) !== hostOf(peer) && peer !== backup;
  },

  /** spec: lifecycle.one-migration */
  migratesAlone() {
    return true;
  },

  /** spec: lifecycle.backup-migration-replaces */
  keepsBackup() {
    return true;
  },

  /** spec: pairing.replacement-caught-up */
  mayReplace({ isReady }) {
    return isReady;
  },

  /** spec: lifecycle.owner-migrates-by-takeover */
  namedByReplacing({ self, peer }) {
    return { owner: self, backup: peer };
  },

  /** spec: pairing.replacement-at-rest */
  restsUntilRead() {
    return true;
  },

  /** spec: pairing.replacement-waits-for-record */
  waitsForRecord() {
    return true;
  },

  /** spec: pairing.replacement-given-up */
  touchesRecord() {
    return true;
  },
};
