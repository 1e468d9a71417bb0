// What the guards and actions of the logging chart are in SCXML. Spec: protocol, "Logging", "Output", "Devices", "Flow".

import { assign, type Content, each, effect, type ScxmlTable, tell, when } from './content.ts';

const script = `
function opened(operation, output) {
  return { operation: operation, position: output.position, data: output.data, answered: false };
}
function reopened(open, isAnswered) {
  return open.map(function (one) {
    return {
      operation: one.operation, position: one.position, data: one.data, answered: isAnswered
    };
  });
}
function operationsOf(open) {
  return open.map(function (one) {
    return { operation: one.operation, position: one.position, data: one.data };
  });
}
function entryOf(event) {
  return {
    seq: event.seq, position: event.position, entry: event.entry,
    data: event.data, channel: event.channel
  };
}
function without(open, operation) {
  return open.filter(function (one) { return one.operation !== operation; });
}
function withAnswer(open, operation) {
  return open.map(function (one) {
    return one.operation !== operation ? one :
      { operation: operation, position: one.position, data: one.data, answered: true };
  });
}
function isAllAnswered(open) {
  return open.every(function (one) { return one.answered; });
}
function isUnanswered(open, operation) {
  return open.some(function (one) { return one.operation === operation && !one.answered; });
}
function above(outputs, seq) {
  return outputs.filter(function (output) { return output.seq > seq; });
}
function logged(seq, output, operation) {
  return {
    seq: seq, channel: output.channel, position: output.position, data: output.data,
    operation: output.channel === 'disk' ? operation : 0
  };
}
function issuedUpTo(waiting, sent) {
  return waiting.length === 0 ? sent : waiting[0].seq - 1;
}
function consumedBy(consumed, sent, applied) {
  return applied > consumed && applied <= sent ? applied : consumed;
}
function completedIn(event) {
  return event.entry === 'completion' ? [{ seq: event.seq, operation: event.data }] : [];
}
function completedBy(completing, seq) {
  return completing.filter(function (one) { return one.seq === seq; })
    .map(function (one) { return one.operation; })[0];
}`;

const message = (body: string): Content[] =>
  effect('channel.send', {
    connection: 'connection',
    message: `{ vm: 'vm', epoch: epoch, from: self, ${body} }`,
  });

const issued = (output: string, operation: string): Content[] =>
  when(
    `${output}.channel === 'disk'`,
    effect('disk.write', {
      token: 'token',
      operation,
      position: `${output}.position`,
      data: `${output}.data`,
    }),
    effect('output.emit', {
      channel: `${output}.channel`,
      position: `${output}.position`,
      data: `${output}.data`,
    }),
  );

const isOutput = "_event.name === 'guest.output'";
const isEnd = "_event.name === 'end.due'";
/** The entry that was numbered last. */
const numbered = [
  `seq: sent, position: ${isEnd} ? position : _event.data.position`,
  `entry: ${isOutput} ? 'output' : _event.data.kind, data: ${isEnd} ? 0 : _event.data.data`,
  `channel: ${isOutput} ? _event.data.channel : null`,
].join(', ');
const isNext = '_event.data.seq === held + 1 && ended === null';
const isNextOfHeld = '_event.data.seq === applied + 1 && _event.data.seq <= held';
const isReplayedOutput = '_event.data.output !== null';
const consumed = 'consumedBy(consumed, sent, _event.data.applied)';
const told = 'throttleMax === 0 ? 0 : applied';
/** Steps are taken from the share, or given back. */
const throttled = (throttle: string): Content[] => [
  ...assign({ throttle }),
  ...effect('guest.throttle', { share: '100 - 5 * throttle' }),
];
const isLost = "(output.channel === 'network' && network === 'may-be-lost')";
const unfilled = [...assign({ full: 'false' }), ...when('!paused', effect('guest.run'))];
const watermarked = assign({
  watermark: 'Math.max(watermark, _event.data.watermark)',
  kept: 'above(kept, watermark)',
});

const isAtRest = 'waiting.length === 0 && acknowledged >= sent && isAllAnswered(open)';

export const loggingTable: ScxmlTable = {
  script,
  guards: {
    isGuestHeld: 'full || paused',
    isCounted: '_event.data.upto > acknowledged && _event.data.upto <= sent',
    isBeyondSent: '_event.data.upto > sent',
    isNextEntry: `${isNext} && _event.data.entry !== 'unknown'`,
    isNextPowerOff: `${isNext} && _event.data.entry === 'power-off'`,
    isNextYield: `${isNext} && _event.data.entry === 'yield'`,
    isYieldApplied:
      "_event.data.seq === applied + 1 && _event.data.seq === held && ended === 'yield'",
    isDuplicate: '_event.data.seq <= held',
    isConsumed: 'applied === held',
    isNextApplied: isNextOfHeld,
    isHeld: isNextOfHeld,
    isOpenOperation: "_event.data.result !== 'fenced' && isUnanswered(open, _event.data.operation)",
    isFenced: "_event.data.result === 'fenced' && _event.data.operation !== 'fence'",
    isSettled: `settling && ${isAtRest}`,
    isForCopy: "_event.data.for === 'copy'",
    isQuiet: `quieting && ${isAtRest}`,
    isConsumedMore: `${consumed} > consumed`,
    isLagging: '_event.data.above && connection !== 0 && sent > consumed && throttle < throttleMax',
    isCaughtUp: '!_event.data.above && connection !== 0 && throttle > 0',
    isLogEnded: 'ended !== null',
    isResumable: '_event.data.next > acknowledged && _event.data.next <= told + 1',
    isWithoutGap: '_event.data.next <= held + 1',
    isDrained: '!drained && acknowledged >= closedAt',
  },
  actions: {
    beginLog: assign({
      epoch: '_event.data.epoch',
      connection: '_event.data.connection',
      position: '_event.data.position',
      sent: '0',
      acknowledged: '0',
      closedAt: '0',
      drained: 'false',
      consumed: '0',
    }),
    sendCopy: message(
      [
        "kind: 'copy', position: _event.data.position, state: _event.data.state",
        'open: operationsOf(open), operations: operations',
      ].join(', '),
    ),
    noteCopy: assign({ copiedAt: '_event.data.position' }),
    sendReplacementCopy: effect('channel.send', {
      connection: '_event.data.connection',
      message: `{ vm: 'vm', epoch: epoch, from: self, ${[
        "kind: 'copy', position: _event.data.position, state: _event.data.state",
        'open: operationsOf(open), operations: operations',
      ].join(', ')} }`,
    }),
    renewLog: assign({
      epoch: '_event.data.epoch',
      connection: '_event.data.connection',
      position: 'copiedAt',
      copiedAt: '0',
      sent: '0',
      acknowledged: '0',
      consumed: '0',
      closedAt: '0',
      unacknowledged: '[]',
      told: '0',
    }),
    adoptEpoch: assign({ epoch: '_event.data.epoch' }),
    beginReplay: assign({
      epoch: '_event.data.epoch',
      connection: '_event.data.connection',
      open: 'reopened(_event.data.open, false)',
      operations: '_event.data.operations',
    }),
    numberEntry: assign({
      sent: 'sent + 1',
      position: "_event.name === 'end.due' ? position : _event.data.position",
    }),
    openOperation: when(
      `${isOutput} && _event.data.channel === 'disk'`,
      assign({
        operations: 'operations + 1',
        open: 'open.concat([opened(operations, _event.data)])',
      }),
    ),
    closeOperation: when(
      "_event.name === 'guest.input' && _event.data.kind === 'completion'",
      assign({ open: 'without(open, _event.data.data)' }),
    ),
    issue: issued('_event.data', 'operations'),
    holdOutput: assign({ waiting: 'waiting.concat([logged(sent, _event.data, operations)])' }),
    keepEntry: when(
      'reconnect',
      assign({ unacknowledged: `unacknowledged.concat([{ ${numbered} }])` }),
    ),
    sendEntry: when(
      'connection !== 0',
      message(`kind: 'entry', ${numbered}, watermark: issuedUpTo(waiting, sent)`),
    ),
    sendEntriesAgain: each(
      'unacknowledged',
      'entry',
      message(
        [
          "kind: 'entry', seq: entry.seq, position: entry.position, entry: entry.entry",
          'data: entry.data, channel: entry.channel, watermark: issuedUpTo(waiting, sent)',
        ].join(', '),
      ),
    ),
    pauseGuest: [...when('!full && !paused', effect('guest.hold')), ...assign({ paused: 'true' })],
    freeGuest: [
      ...when('paused && !full', effect('guest.run')),
      ...assign({ paused: 'false', settling: 'false', quieting: 'false', copiedAt: '0' }),
    ],
    awaitSettling: assign({ settling: 'true' }),
    awaitQuiet: assign({ quieting: 'true' }),
    noteQuiet: assign({ quieting: 'false' }),
    saveImage: [
      ...assign({ settling: 'false' }),
      ...effect('guest.save', {
        token: 'token',
        open: 'operationsOf(open)',
        operations: 'operations',
      }),
    ],
    tellSettled: tell('pairing', 'log.settled'),
    takeImage: assign({
      open: 'reopened(_event.data.open, true)',
      operations: '_event.data.operations',
    }),
    stopIfFull: when('!full && sent - acknowledged >= entriesMax', [
      ...assign({ full: 'true' }),
      ...effect('guest.hold'),
    ]),
    resumeIfRoom: when('full && sent - acknowledged < entriesMax', unfilled),
    resume: when('full', unfilled),
    countAcknowledgement: assign({
      acknowledged: '_event.data.upto',
      unacknowledged: 'above(unacknowledged, acknowledged)',
    }),
    countResumption: assign({
      connection: '_event.data.connection',
      told: '0',
      acknowledged: '_event.data.next - 1',
      unacknowledged: 'above(unacknowledged, acknowledged)',
    }),
    noteConsumed: assign({ consumed }),
    takeShare: throttled('throttle + 1'),
    giveShareBack: throttled('throttle - 1'),
    giveAllBack: when('throttle !== 0', throttled('0')),
    releaseAcknowledged: [
      ...each(
        'waiting',
        'output',
        when('output.seq <= acknowledged', issued('output', 'output.operation')),
      ),
      ...assign({ waiting: 'above(waiting, acknowledged)' }),
    ],
    releaseAll: [
      ...each('waiting', 'output', issued('output', 'output.operation')),
      ...assign({ waiting: '[]' }),
    ],
    closeGate: assign({ closedAt: 'sent' }),
    tellDrained: [...assign({ drained: 'true' }), ...tell('pairing', 'log.drained')],
    takeToken: assign({ token: '_event.data.token', epoch: '_event.data.epoch' }),
    endLog: assign({
      connection: '0',
      position: '0',
      sent: '0',
      acknowledged: '0',
      closedAt: '0',
      drained: 'false',
      consumed: '0',
      unacknowledged: '[]',
      told: '0',
      held: '0',
      applied: '0',
      watermark: '0',
      ended: 'null',
      kept: '[]',
      completing: '[]',
    }),
    dropGuest: assign({
      epoch: '0',
      token: '0',
      waiting: '[]',
      full: 'false',
      paused: 'false',
      settling: 'false',
      throttle: '0',
      quieting: 'false',
      copiedAt: '0',
      operations: '0',
      open: '[]',
    }),
    loseChannel: assign({ connection: '0' }),
    noteTold: assign({ told: 'sent' }),
    adoptConnection: assign({ connection: '_event.data.connection' }),
    holdEntry: [
      ...assign({ held: '_event.data.seq' }),
      ...watermarked,
      ...assign({ completing: 'completing.concat(completedIn(_event.data))' }),
    ],
    noteWatermark: watermarked,
    acknowledge: message(`kind: 'acknowledge', upto: held, applied: ${told}`),
    applyEntry: effect('guest.apply', { entry: 'entryOf(_event.data)' }),
    noteApplied: [
      ...assign({
        applied: '_event.data.seq',
        open: 'without(open, completedBy(completing, applied))',
        completing: 'above(completing, applied)',
      }),
      ...when(isReplayedOutput, [
        ...when(
          "_event.data.output.channel === 'disk'",
          assign({
            operations: 'operations + 1',
            open: 'open.concat([opened(operations, _event.data.output)])',
          }),
        ),
        ...when(
          'applied > watermark',
          assign({ kept: 'kept.concat([logged(applied, _event.data.output, operations)])' }),
        ),
      ]),
    ],
    noteEnd: assign({ ended: '_event.data.entry' }),
    tellPowerOff: tell('failover', 'power-off.held'),
    tellYield: tell('failover', 'yield.consumed'),
    tellBroken: tell('heartbeat', 'channel.broken'),
    tellLost: tell('heartbeat', 'channel.lost'),
    tellNext: tell('pairing', 'log.resumable', { next: 'acknowledged + 1' }),
    passResumption: tell('heartbeat', 'resumption.asked', {
      connection: '_event.data.connection',
      next: '_event.data.next',
    }),
    takeResumption: tell('pairing', 'resumption.taken', {
      connection: '_event.data.connection',
      next: 'held + 1',
    }),
    refuseBusy: tell('pairing', 'resumption.refused', {
      connection: '_event.data.connection',
      code: "'busy'",
    }),
    refuseSuperseded: tell('pairing', 'resumption.refused', {
      connection: '_event.data.connection',
      code: "'superseded'",
    }),
    blamePeer: tell('pairing', 'peer.misbehaved'),
    sendAlive: when(
      'connection !== 0',
      message(
        [
          "kind: 'alive', seq: Math.max(sent, held)",
          'watermark: Math.max(issuedUpTo(waiting, sent), watermark)',
          `applied: ${told}`,
        ].join(', '),
      ),
    ),
    sendDiverged: when('connection !== 0', message("kind: 'diverged', seq: _event.data.seq")),
    tellDiverged: tell('failover', 'log.diverged'),
    tellConsumed: tell('failover', 'log.consumed'),
    tellReissued: tell('failover', 'outputs.reissued'),
    tellFenced: tell('failover', 'storage.fenced'),
    reissueOperations: each(
      'open',
      'one',
      effect('disk.write', {
        token: 'token',
        operation: 'one.operation',
        position: 'one.position',
        data: 'one.data',
      }),
    ),
    reissueOutputs: each(
      'kept',
      'output',
      when(`output.channel !== 'disk' && !${isLost}`, issued('output', 'output.operation')),
    ),
    askCompletion: [
      ...assign({ open: 'withAnswer(open, _event.data.operation)' }),
      ...effect('guest.complete', {
        operation: '_event.data.operation',
        result: '_event.data.result',
      }),
    ],
    refuseGuest: effect('refused', { code: "'not-running'" }),
  },
};
