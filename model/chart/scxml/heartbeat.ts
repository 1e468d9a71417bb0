// What the guards and actions of the heartbeat chart are in SCXML. Spec: protocol, "Heartbeat".

import { assign, effect, type ScxmlTable, tell } from './content.ts';

export const heartbeatTable: ScxmlTable = {
  script: '',
  guards: {
    isChannelHeard: '!channelSilent',
    isBeatHeard: '!beatSilent',
  },
  actions: {
    meetPeer: assign({ epoch: '_event.data.epoch', peer: '_event.data.peer' }),
    forgetPeer: assign({ epoch: '0', peer: "''", beatSilent: 'false', channelSilent: 'false' }),
    forgiveAll: assign({ beatSilent: 'false', channelSilent: 'false' }),
    noteBeat: assign({ beatSilent: 'false' }),
    noteChannel: assign({ channelSilent: 'false' }),
    missBeat: assign({ beatSilent: 'true' }),
    missChannel: assign({ channelSilent: 'true' }),
    sendBeat: effect('datagram.send', {
      to: 'peer',
      message: "{ kind: 'beat', vm: 'vm', epoch: epoch, from: self }",
    }),
    askAlive: tell('logging', 'alive.due'),
    tellLag: tell('logging', 'lag.measured', { above: "_event.name === 'lag.due'" }),
    suspectPeer: tell('failover', 'peer.suspected', { lost: 'false' }),
    mournChannel: tell('failover', 'peer.suspected', { lost: 'true' }),
    warnPairing: tell('pairing', 'peer.suspected'),
    passBreak: tell('failover', 'channel.broken'),
    passResumption: tell('failover', 'resumption.asked', {
      connection: '_event.data.connection',
      next: '_event.data.next',
    }),
    refuseArbitrating: tell('pairing', 'resumption.refused', {
      connection: '_event.data.connection',
      code: "'arbitrating'",
    }),
    trustPeer: tell('failover', 'peer.trusted'),
  },
};
