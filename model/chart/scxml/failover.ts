// What the guards and actions of the failover chart are in SCXML. Spec: protocol, "Record", "Arbitration", "Failover".

import { assign, type Content, effect, type ScxmlTable, tell } from './content.ts';

const script = `
function versionOf(record) { return record === null ? 0 : record.version; }
function epochOf(record) { return record === null ? 0 : record.epoch; }
function tokenOf(record) { return record === null ? 0 : record.token; }
function phaseOf(record) { return record === null ? 'off' : record.phase; }
function ownerOf(record) { return record === null ? null : record.owner; }
function isOlder(answer, record, epoch) {
  return versionOf(answer) < versionOf(record) ||
    epochOf(answer) < Math.max(epochOf(record), epoch);
}
function isOwner(record, self) { return record !== null && record.owner === self; }
function isBackup(record, self, epoch) {
  return record !== null && record.backup === self && record.epoch === epoch;
}
function epochSeenIn(record, self) {
  var isToCome = phaseOf(record) === 'joining' && record.backup === self;
  return epochOf(record) - (isToCome ? 1 : 0);
}
function isIn(record, phase) { return record !== null && record.phase === phase; }
function recordAfter(record, phase, owner, backup, token, reason) {
  return {
    version: versionOf(record) + 1, epoch: epochOf(record) + 1,
    phase: phase, owner: owner, backup: backup, token: token, reason: reason
  };
}
function proposalOf(intent, record, self, peer, diverged, aloneFor) {
  var token = tokenOf(record);
  var newToken = epochOf(record) + 1;
  switch (intent) {
    case 'T2': return recordAfter(record, 'alone', self, null, newToken, 'start');
    case 'T3': return recordAfter(record, 'joining', self, peer, token, 'protect');
    case 'T4': return record === null ? null : {
      version: record.version + 1, epoch: record.epoch,
      phase: 'protected', owner: record.owner, backup: record.backup,
      token: record.token, reason: record.reason
    };
    case 'T5': return recordAfter(record, 'alone', self, null, token, 'give-up');
    case 'T6': return recordAfter(record, 'alone', self, null, newToken, 'takeover');
    case 'T7':
      return recordAfter(record, 'alone', self, null, token, diverged ? 'diverged' : aloneFor);
    case 'T8': return recordAfter(record, 'alone', ownerOf(record), null, token, 'diverged');
    case 'T9': return recordAfter(record, 'off', null, null, token, 'power-off');
    case 'T10': return recordAfter(record, 'suspended', null, null, token, 'suspend');
    case 'T11': return recordAfter(record, 'alone', self, null, newToken, 'resume');
    case 'T12':
      return recordAfter(record, 'off', null, null, token, diverged ? 'diverged' : 'power-off');
    case 'T14': return recordAfter(record, 'protected', self, peer, token, 'replace-backup');
    case 'T15': return record === null ? null : {
      version: record.version + 1, epoch: record.epoch,
      phase: record.phase, owner: record.owner, backup: record.backup,
      token: record.token, reason: 'give-up'
    };
    default: return null;
  }
}`;

const isMine = 'isOwner(_event.data.record, self)';
const isMyBackup = 'isBackup(_event.data.record, self, epoch)';
const isAnswerIn = (phase: string): string => `phaseOf(_event.data.record) === '${phase}'`;
const isRecordIn = (phase: string): string => `phaseOf(record) === '${phase}'`;
const isFenceAnswered = (result: string): string =>
  `_event.data.operation === 'fence' && _event.data.result === '${result}'`;

const isReadAlone = `(intent === 'read' && ${isRecordIn('alone')})`;
const isJoiningBackup = `${isMyBackup} && ${isAnswerIn('joining')} && !lost`;
const isStopping = "(intent === 'T9' || intent === 'T10')";
const isLeft = '(suspected || yielded)';

const intend = (intent: string): Content[] => assign({ intent: `'${intent}'` });

export const failoverTable: ScxmlTable = {
  script,
  guards: {
    isNoAnswer: "_event.data.nonce === 'other' || isOlder(_event.data.record, record, epoch)",
    isRecordOff: isRecordIn('off'),
    isRecordSuspended: isRecordIn('suspended'),
    isFenceLost: 'fenceLost',
    isAloneMine: `${isMine} && ${isAnswerIn('alone')}`,
    isStillAlone: `${isMine} && ${isAnswerIn('alone')} && (intent === 'T3' || ${isReadAlone})`,
    isJoiningMine: `${isMine} && ${isAnswerIn('joining')}`,
    isProtectedMine: `${isMine} && ${isAnswerIn('protected')}`,
    isOff: isAnswerIn('off'),
    isStartable: `${isAnswerIn('off')} && wanted !== 'T11'`,
    isResumable: `${isAnswerIn('suspended')} && wanted === 'T11'`,
    isStopped: [
      "(isIn(_event.data.record, 'off') && (intent === 'T9' || wanted === 'T9'))",
      "(isIn(_event.data.record, 'suspended') && intent === 'T10')",
    ].join(' || '),
    isStoppingMine: `${isMine} && ${isStopping}`,
    isStoppingAlone: `${isMine} && ${isAnswerIn('alone')} && ${isStopping}`,
    isPairMade: `${isMine} && ${isAnswerIn('protected')} && intent === 'T9' && ${isRecordIn('joining')}`,
    isPoweredOff: "isIn(_event.data.record, 'off') && poweringOff",
    isReplacementChosen: [
      'replaces !== 0 && isBackup(_event.data.record, self, epoch + 1)',
      isAnswerIn('protected'),
    ].join(' && '),
    isReplacementAwaited: [
      `replaces !== 0 && ${isAnswerIn('protected')}`,
      'versionOf(_event.data.record) === replaces',
    ].join(' && '),
    isReplacementBereft: [
      'replaces !== 0 && isBackup(_event.data.record, self, epoch + 1)',
      `${isAnswerIn('protected')} && lost`,
    ].join(' && '),
    isReplaced: `intent === 'T14' && ${isRecordIn('protected')} && record.backup === peer`,
    isTouched: [
      `${isMine} && ${isAnswerIn('protected')} && intent === 'T15'`,
      'versionOf(_event.data.record) > versionOf(record)',
    ].join(' && '),
    isReplacementWanted: "wanted === 'T14'",
    isProtectionWanted: "wanted === 'T4'",
    isBackupProtected: `${isMyBackup} && ${isAnswerIn('protected')}`,
    isBackupJoining: isJoiningBackup,
    isBackupJoiningInDoubt: `${isJoiningBackup} && (${isLeft} || diverged)`,
    isReadOutdated: "_event.data.lost && intent === 'read'",
    isRead: "intent === 'read'",
    isForgivable: "intent === 'read' || intent === 'T14' || intent === 'T15'",
    isJoined: `intent === 'T3' && ${isRecordIn('joining')}`,
    isProtected: `intent === 'T4' && ${isRecordIn('protected')}`,
    isPairToTell: `intent === 'T4' && ${isRecordIn('protected')} && wanted === 'T9'`,
    isSurrenderTooLate: `intent === 'T5' && ${isRecordIn('protected')}`,
    isTakeover: "intent === 'T6'",
    isFinishing: "intent === 'T9'",
    isGoingAlone: "intent === 'T7'",
    isSuspendWanted: "wanted === 'T10'",
    isPowerOffWanted: "wanted === 'T9'",
    isGuarded: isRecordIn('protected'),
    isWanting: 'wanted !== null',
    isPeerGone: `${isRecordIn('protected')} && intent !== 'T9' && (suspected || diverged)`,
    isDiverged: 'diverged',
    isLeft,
    isPoweringOff: 'poweringOff',
    isLeftPoweringOff: `${isLeft} && poweringOff`,
    isInDoubt: 'yielded || diverged',
    isFenceDone: isFenceAnswered('done'),
    isFenceFailed: isFenceAnswered('error'),
    isReady: 'fenced && consumed',
    isResumed: "fenced && record !== null && record.reason === 'resume'",
    isPoweredOn: "fenced && consumed && record !== null && record.reason === 'start'",
  },
  actions: {
    ask: effect('arbiter.request', {
      intent: 'intent',
      version: 'versionOf(record)',
      record: 'proposalOf(intent, record, self, peer, diverged, aloneFor)',
    }),
    intendRead: intend('read'),
    intendPowerOn: intend('T2'),
    intendTakeover: intend('T6'),
    intendResume: assign({ intent: "'T11'", imageToken: 'tokenOf(record)' }),
    intendAlone: assign({ intent: "'T7'", aloneFor: "'lost-backup'" }),
    intendPowerOff: intend('T9'),
    intendRenounce: intend('T8'),
    intendEnd: intend('T12'),
    intendWanted: assign({ intent: "wanted || 'read'", wanted: 'null' }),
    wantJoin: assign({ wanted: "'T3'", peer: '_event.data.peer' }),
    wantProtect: assign({ wanted: "'T4'" }),
    wantSurrender: assign({ wanted: "'T5'" }),
    wantReplacement: assign({ wanted: "'T14'", peer: '_event.data.peer' }),
    wantTouch: assign({ wanted: "'T15'", peer: 'null' }),
    wantAlone: assign({ wanted: "'T7'", aloneFor: '_event.data.reason' }),
    wantPowerOff: assign({ wanted: "'T9'" }),
    wantSuspend: assign({ wanted: "'T10'" }),
    wantNothing: assign({ wanted: 'null' }),
    wantResume: assign({ wanted: "'T11'" }),
    remember: [
      ...assign({ record: '_event.data.record' }),
      ...tell('pairing', 'epoch.seen', { epoch: 'epochSeenIn(record, self)' }),
    ],
    suspect: assign({ suspected: 'true', lost: 'lost || _event.data.lost' }),
    trust: assign({ suspected: 'false' }),
    suspectLoss: assign({ suspected: 'true' }),
    doubt: assign({ lost: 'true' }),
    noteLoss: assign({ lost: 'true' }),
    forgetLoss: assign({ lost: 'false' }),
    spareChannel: tell('pairing', 'channel.spared'),
    mournChannel: tell('heartbeat', 'channel.lost'),
    grantResumption: tell('logging', 'resumption.granted', {
      connection: '_event.data.connection',
      next: '_event.data.next',
    }),
    refuseArbitrating: tell('pairing', 'resumption.refused', {
      connection: '_event.data.connection',
      code: "'arbitrating'",
    }),
    noteYield: assign({ yielded: 'true' }),
    notePowerOff: assign({ poweringOff: 'true' }),
    noteDivergence: assign({ diverged: 'true' }),
    noteFence: assign({ fenced: 'true' }),
    noteFenceLoss: assign({ fenceLost: 'true' }),
    forgetFenceLoss: assign({ fenceLost: 'false' }),
    noteConsumption: assign({ consumed: 'true' }),
    expectNothing: assign({ consumed: 'true' }),
    settleDoubts: assign({
      suspected: 'false',
      lost: 'false',
      diverged: 'false',
      yielded: 'false',
      poweringOff: 'false',
      wanted: "wanted === 'T9' || wanted === 'T10' ? wanted : null",
      aloneFor: "'lost-backup'",
      fenced: 'false',
      fenceLost: 'false',
      consumed: 'false',
      imageToken: '0',
      peer: 'null',
    }),
    becomeBackup: assign({
      epoch: '_event.data.epoch',
      replaces: '_event.data.replaces',
      intent: "'read'",
    }),
    becomeEligible: assign({ epoch: 'epoch + 1', replaces: '0' }),
    leave: assign({ epoch: '0', replaces: '0', intent: "'read'", wanted: 'null', imageToken: '0' }),
    fence: effect('disk.fence', { token: 'tokenOf(record)' }),
    loadImage: effect('guest.load', { token: 'imageToken' }),
    announce: effect('address.announce'),
    tellTaken: tell('pairing', 'record.taken', {
      epoch: 'epochOf(record)',
      token: 'tokenOf(record)',
    }),
    sealLog: tell('logging', 'log.sealed'),
    tellOutputsDue: tell('logging', 'outputs.due', {
      token: 'tokenOf(record)',
      epoch: 'epochOf(record)',
    }),
    tellAlone: tell('pairing', 'record.alone', {
      epoch: 'epochOf(record)',
      token: 'tokenOf(record)',
      reason: "record === null ? 'start' : record.reason",
    }),
    tellJoining: tell('pairing', 'record.joining', {
      epoch: 'epochOf(record)',
      peer: "record === null || record.backup === null ? '' : record.backup",
    }),
    tellProtected: tell('pairing', 'record.protected'),
    tellReplaced: tell('pairing', 'record.replaced', { epoch: 'epochOf(record)' }),
    tellProtecting: tell('pairing', 'protection.asked'),
    tellReplacing: tell('pairing', 'replacement.asked'),
    tellParting: tell('pairing', 'parting.asked'),
    grantReplacement: tell('pairing', 'replacement.granted', {
      peer: '_event.data.peer',
      version: 'versionOf(record)',
    }),
    tellLoaded: tell('logging', 'image.loaded', {
      open: '_event.data.open',
      operations: '_event.data.operations',
    }),
    tellCondemned: tell('pairing', 'machine.condemned', { reason: "'power-off'" }),
    tellStopped: tell('pairing', 'machine.stopped', {
      reason: `${isRecordIn('suspended')} ? 'suspend' : 'power-off'`,
    }),
    tellSuspending: tell('pairing', 'suspend.asked'),
    grantYield: tell('pairing', 'yield.granted'),
    refuseNotProtected: effect('refused', { code: "'not-protected'" }),
    tellRefused: tell('pairing', 'start.refused'),
    tellLost: tell('pairing', 'ownership.lost', { reason: "'superseded'" }),
    tellEnded: tell('pairing', 'ownership.lost', { reason: "'diverged'" }),
    tellDiscarded: tell('pairing', 'membership.ended', { reason: "'superseded'" }),
  },
};
