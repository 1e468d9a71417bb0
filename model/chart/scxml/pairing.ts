// What the guards and actions of the pairing chart are in SCXML. Spec: protocol, "Pairing".

import { assign, type Content, effect, type ScxmlTable, tell, when } from './content.ts';

/** spec: pairing.hello-checks */
const script = `
function hostOf(incarnation) {
  return incarnation.split('#')[0];
}
function misfitOf(hello, self) {
  if (hello.vm !== 'vm') return 'wrong-vm';
  if (hello.to !== self) return 'wrong-incarnation';
  if (hostOf(hello.from) === hostOf(self)) return 'same-host';
  if (hello.connection !== hello.via) return 'wrong-connection';
  return hello.configuration === 'equal' ? null : 'configuration';
}
function refusalOf(hello, self, epochMax) {
  var misfit = misfitOf(hello, self);
  if (misfit !== null) return misfit;
  var epochMin = hello.replaces ? epochMax : epochMax + 1;
  return hello.epoch >= epochMin && hello.next === 1 ? null : 'superseded';
}
function retirementOf(event) {
  if (event === 'manager.turn-off') return 'turn-off';
  return event === 'manager.restart-secondary' ? 'restart-secondary' : 'lost-backup';
}`;

const fromPeer = "_event.data.vm === 'vm' && _event.data.from === peer";
const onConnection = '(connection !== 0 && _event.data.via === connection)';
const inEpoch = `${fromPeer} && _event.data.epoch === epoch`;
const isAhead = '_event.data.epoch > epoch';
const isResumption = [
  'reconnect && _event.data.from === peer && _event.data.epoch === epoch',
  '_event.data.via > connectionTaken',
].join(' && ');
const isFit = 'misfitOf(_event.data, self) === null';
const ofReplacement = [
  "_event.data.vm === 'vm' && _event.data.from === replacement && _event.data.epoch === epoch",
  'replacementConnection !== 0 && _event.data.via === replacementConnection',
].join(' && ');
const isRenewing = (epoch: string): string =>
  [
    `${fromPeer} && ${onConnection} && _event.data.epoch === ${epoch} && _event.data.next === 1`,
    `!_event.data.replaces && ${isFit}`,
  ].join(' && ');
const isBeat = "_event.name === 'beat.received'";

const sent = (body: string): Content[] =>
  effect('channel.send', {
    connection: 'connection',
    message: `{ vm: 'vm', epoch: epoch, from: self, ${body} }`,
  });

/** It carries the epoch of the hello: whoever refuses has none of its own for that pairing. */
const refusal = (code: string): Content[] =>
  effect('channel.send', {
    connection: '_event.data.via',
    message: `{ vm: 'vm', epoch: _event.data.epoch, from: self, kind: 'refuse', code: ${code} }`,
  });

const report = (state: string, reason: string): Content[] => [
  ...assign({ reported: `'${state}'` }),
  ...effect('report', { state: `'${state}'`, reason }),
];

const refused = (code: string): Content[] => effect('refused', { code: `'${code}'` });

const forgetReplacement = assign({
  replacement: "''",
  replacementConnection: '0',
  replaces: '0',
});

export const pairingTable: ScxmlTable = {
  script,
  guards: {
    isOwnHost: 'hostOf(_event.data.peer) === hostOf(self)',
    isSession: `${inEpoch} && (${isBeat} || ${onConnection})`,
    isOwnHostOrBackup: 'hostOf(_event.data.peer) === hostOf(self) || _event.data.peer === peer',
    isReplacementSession: ofReplacement,
    isMisplacedReplacementWelcome: `${ofReplacement} && _event.data.next !== 1`,
    isReplacementRefusal: [
      '_event.data.epoch === epoch && replacementConnection !== 0',
      '_event.data.via === replacementConnection',
    ].join(' && '),
    isReplacementConnection: '_event.data.connection === replacementConnection',
    isReplacementConnected: 'replacementConnection !== 0',
    isReplacementCopy: `replaces !== 0 && ${inEpoch} && ${onConnection}`,
    isRenewingHello: isRenewing('epoch + 1'),
    isRenewedHello: isRenewing('epoch'),
    isEarlyEntry: [
      `${fromPeer} && ${onConnection}`,
      '(_event.data.epoch === epoch || _event.data.epoch === epoch + 1)',
    ].join(' && '),
    isGreeted: 'greeted && connection !== 0',
    isMisplacedWelcome: `${inEpoch} && ${onConnection} && _event.data.next !== 1`,
    isRefusal: `_event.data.epoch === epoch && ${onConnection}`,
    isHigherEpoch: `_event.data.vm === 'vm' && ${isAhead}`,
    isFutureAcknowledgement: `${fromPeer} && ${onConnection} && ${isAhead}`,
    isOwnConnection: '_event.data.connection === connection',
    isRegainable: 'reconnect && _event.data.connection === connection',
    isFitReturn: `${isResumption} && ${isFit}`,
    isUnfitReturn: `${isResumption} && !(${isFit})`,
    isWelcomeHello: 'refusalOf(_event.data, self, epochMax) === null',
    isSaved: "_event.data.result === 'done'",
    isPaired: "peer !== ''",
    isConnected: 'connection !== 0',
  },
  actions: {
    adoptEpoch: assign({ epoch: '_event.data.epoch' }),
    adoptPeer: assign({ peer: '_event.data.peer' }),
    adoptSession: assign({
      peer: '_event.data.from',
      epoch: '_event.data.epoch',
      connection: '_event.data.via',
      connectionTaken: 'reconnect ? _event.data.via : 0',
      epochMax: 'Math.max(epochMax, _event.data.epoch)',
      replaces: '_event.data.replaces || 0',
    }),
    seeEpoch: assign({ epochMax: 'Math.max(epochMax, _event.data.epoch)' }),
    seeConnection: assign({ connectionMax: 'Math.max(connectionMax, _event.data.connection)' }),
    forgetPeer: assign({ peer: "''", unanswered: 'false' }),
    forgetSession: assign({
      peer: "''",
      epoch: '0',
      connection: '0',
      connectionTaken: '0',
      unanswered: 'false',
      replaces: '0',
      greeted: 'false',
    }),
    adoptReplacement: assign({ replacement: '_event.data.peer', replaces: '_event.data.version' }),
    nameReplacementConnection: assign({
      replacementConnection: 'connectionMax + 1',
      connectionMax: 'replacementConnection',
    }),
    openReplacement: effect('channel.open', {
      peer: 'replacement',
      connection: 'replacementConnection',
    }),
    closeReplacement: when('replacementConnection !== 0', [
      ...when(
        "_event.name !== 'channel.closed' || _event.data.connection !== replacementConnection",
        effect('channel.close', { connection: 'replacementConnection' }),
      ),
      ...assign({ replacementConnection: '0' }),
    ]),
    forgetReplacementConnection: assign({ replacementConnection: '0' }),
    forgetReplacement,
    succeedBackup: [
      ...assign({
        peer: 'replacement',
        connection: 'replacementConnection',
        epoch: '_event.data.epoch',
      }),
      ...forgetReplacement,
    ],
    keepHello: assign({ greeted: 'true' }),
    forgetReplacing: assign({ replaces: '0', greeted: 'false' }),
    forgetConnection: assign({ connection: '0' }),
    nameConnection: assign({ connection: 'connectionMax + 1', connectionMax: 'connection' }),
    adoptConnection: assign({
      connection: '_event.data.connection',
      connectionTaken: '_event.data.connection',
    }),
    openChannel: effect('channel.open', { peer: 'peer', connection: 'connection' }),
    reopenChannel: [
      ...assign({
        connection: 'connectionMax + 1',
        connectionMax: 'connection',
        unanswered: 'true',
      }),
      ...effect('channel.open', { peer: 'peer', connection: 'connection' }),
    ],
    closeChannel: when('connection !== 0', [
      ...effect('channel.close', { connection: 'connection' }),
      ...assign({ connection: '0' }),
    ]),
    sendHello: sent(
      "kind: 'hello', to: peer, connection: connection, next: 1, configuration: 'equal'",
    ),
    sendReplacingHello: effect('channel.send', {
      connection: 'replacementConnection',
      message: `{ vm: 'vm', epoch: epoch, from: self, ${[
        "kind: 'hello', to: replacement, connection: replacementConnection",
        "next: 1, replaces: replaces, configuration: 'equal'",
      ].join(', ')} }`,
    }),
    sendHelloAgain: sent(
      [
        "kind: 'hello', to: peer, connection: connection",
        "next: _event.data.next, configuration: 'equal'",
      ].join(', '),
    ),
    sendWelcome: sent("kind: 'welcome', next: 1"),
    sendWelcomeAgain: sent("kind: 'welcome', next: _event.data.next"),
    refuseResumption: effect('channel.send', {
      connection: '_event.data.connection',
      message: "{ vm: 'vm', epoch: epoch, from: self, kind: 'refuse', code: _event.data.code }",
    }),
    sendAlive: sent("kind: 'alive', seq: 0, watermark: 0, applied: 0"),
    sendReady: sent("kind: 'ready'"),
    refuseHello: refusal("refusalOf(_event.data, self, epochMax) || 'busy'"),
    refuseBusy: refusal("'busy'"),
    copyGuest: effect('guest.copy'),
    restoreGuest: effect('guest.restore', {
      position: '_event.data.position',
      state: '_event.data.state',
    }),
    runGuest: effect('guest.run'),
    haltGuest: effect('guest.halt', {
      reason: "_event.name === 'channel.closed' ? 'superseded' : _event.data.reason",
    }),
    reportNotConfigured: report('notConfigured', "'superseded'"),
    reportStarting: report('starting', "'protect'"),
    reportRunning: report('running', "'protect'"),
    reportReplaced: report('running', "'replace-backup'"),
    reportKept: effect('report', { state: 'reported', reason: "'replace-backup'" }),
    reportHalted: report('halted', '_event.data.reason'),
    reportNeedSecondary: report(
      'needSecondary',
      "_event.data.reason === 'takeover' ? 'lost-connection' : _event.data.reason",
    ),
    reportStopped: report('enabled', '_event.data.reason'),
    reportTurnedOff: report('notConfigured', "'turn-off'"),
    reportRestarting: report('needSecondary', "'restart-secondary'"),
    reportAnew: effect('report', { state: 'reported', reason: "'suspend'" }),
    refuseStarted: refused('already-started'),
    refuseNotOwner: refused('not-owner'),
    refuseNotAlone: refused('not-alone'),
    refuseJoining: refused('joining'),
    refuseNotProtected: refused('not-protected'),
    refusePending: refused('operation-pending'),
    refuseSameHost: refused('same-host'),
    wantStart: tell('failover', 'start.wanted'),
    wantResume: tell('failover', 'resume.wanted'),
    wantPowerOff: tell('failover', 'power-off.wanted'),
    wantSuspend: tell('failover', 'suspend.wanted'),
    wantYield: tell('failover', 'yield.wanted'),
    wantReplacement: tell('failover', 'replacement.wanted', { peer: '_event.data.peer' }),
    tellReplacementReady: tell('failover', 'replacement.readied', { peer: 'replacement' }),
    dropReplacement: tell('failover', 'replacement.dropped'),
    doubtRecord: tell('failover', 'replacement.doubted'),
    tellOverdue: tell('failover', 'replacement.overdue'),
    wantAlone: tell('failover', 'alone.wanted', { reason: 'retirementOf(_event.name)' }),
    wantJoin: tell('failover', 'join.wanted', { peer: '_event.data.peer' }),
    wantProtect: tell('failover', 'protect.wanted'),
    wantSurrender: tell('failover', 'surrender.wanted'),
    tellJoined: tell('failover', 'backup.joined', { epoch: 'epoch', replaces: 'replaces' }),
    tellReadied: tell('failover', 'backup.readied'),
    tellLeft: tell('failover', 'member.left'),
    tellSurpassed: tell('failover', 'epoch.surpassed'),
    tellPeerDiverged: tell('failover', 'peer.diverged'),
    beginBeats: tell('heartbeat', 'beats.begun', { epoch: 'epoch', peer: 'peer' }),
    beginAlives: tell('heartbeat', 'alives.begun'),
    beginWatch: tell('heartbeat', 'watch.begun'),
    endHeartbeat: tell('heartbeat', 'session.ended'),
    hearBeat: tell('heartbeat', 'beat.heard'),
    hearChannel: tell('heartbeat', 'channel.heard'),
    mournChannel: [...tell('heartbeat', 'channel.lost'), ...tell('logging', 'channel.lost')],
    askToSpare: tell('logging', 'channel.broken'),
    askToResume: tell('logging', 'resumption.asked', {
      connection: '_event.data.via',
      next: '_event.data.next',
    }),
    askNext: tell('logging', 'hello.due'),
    resumeLog: [
      ...assign({ unanswered: 'false' }),
      ...tell('logging', 'log.resumed', { connection: 'connection', next: '_event.data.next' }),
    ],
    tellRegained: tell('failover', 'channel.regained'),
    giveUp: when('unanswered', [
      ...when('connection !== 0', effect('channel.close', { connection: 'connection' })),
      ...assign({ connection: '0', unanswered: 'false' }),
      ...tell('heartbeat', 'channel.lost'),
    ]),
    mournIfLost: when('connection === 0', tell('heartbeat', 'channel.lost')),
    beginLog: tell('logging', 'log.begun', {
      epoch: 'epoch',
      connection: 'connection',
      position: '_event.data.position',
      state: '_event.data.state',
    }),
    sendReplacementCopy: tell('logging', 'copy.due', {
      connection: 'replacementConnection',
      position: '_event.data.position',
      state: '_event.data.state',
    }),
    renewLog: tell('logging', 'log.renewed', { epoch: 'epoch', connection: 'connection' }),
    loseLog: tell('logging', 'channel.lost'),
    beginReplay: tell('logging', 'replay.begun', {
      epoch: 'epoch',
      connection: 'connection',
      open: '_event.data.open',
      operations: '_event.data.operations',
    }),
    abandonLog: tell('logging', 'log.abandoned'),
    closeGate: tell('logging', 'gate.closed'),
    openGate: tell('logging', 'gate.opened', {
      token: '_event.data.token',
      epoch: '_event.data.epoch',
    }),
    silenceGuest: tell('logging', 'gate.silenced'),
    pauseGuest: tell('logging', 'guest.paused'),
    settleGuest: tell('logging', 'guest.settled', { for: "'image'" }),
    settleForCopy: tell('logging', 'guest.settled', { for: "'copy'" }),
    freeGuest: tell('logging', 'guest.freed'),
    logPowerOff: tell('logging', 'end.due', { kind: "'power-off'" }),
    logYield: tell('logging', 'end.due', { kind: "'yield'" }),
    shutGate: tell('logging', 'gate.shut'),
    passEntry: tell('logging', 'entry.arrived', {
      seq: '_event.data.seq',
      position: '_event.data.position',
      entry: '_event.data.entry',
      data: '_event.data.data',
      channel: '_event.data.channel',
      watermark: '_event.data.watermark',
    }),
    passAcknowledgement: tell('logging', 'acknowledge.arrived', {
      upto: '_event.data.upto',
      applied: '_event.data.applied',
    }),
    passAlive: tell('logging', 'alive.arrived', {
      watermark: '_event.data.watermark',
      applied: '_event.data.applied',
    }),
  },
};
