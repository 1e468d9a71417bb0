/*
 * The core of the protocol as a second formalisation, in Promela: two hosts, one virtual machine,
 * an arbiter, an ordered channel, a fence, console outputs. It says by other means what the charts
 * say; test/model/bench compares the two. What counts as one step it takes from the model, so that
 * the lengths of counterexamples compare. It is not the whole protocol: no restart, no disk write,
 * no divergence, no datagram, no lost request. Spec: protocol.
 *
 * One d_step is one step of the world: a host takes one input and comes to rest, or the environment
 * moves alone. What a guest answers at once belongs to the step.
 */

/* Bounds: how often each thing may happen. */
#ifndef POSITIONS_MAX
#define POSITIONS_MAX 3
#endif
#ifndef ENTRIES_MAX
#define ENTRIES_MAX 64
#endif
#ifndef JOINS
#define JOINS 1
#endif
#ifndef CRASHES
#define CRASHES 1
#endif
#ifndef BREAKS
#define BREAKS 1
#endif

#include "state.pml"
#include "claims.pml"
#include "channel.pml"
#include "arbitration.pml"
#include "heartbeat.pml"
#include "logging.pml"
#include "pairing.pml"
#include "failover.pml"
#include "answers.pml"
#include "world.pml"

#define me _pid

active [2] proctype host() {
end:
  do
  :: d_step { /* the manager starts the machine here */
       me == 0 && starts > 0 && alive[me] && stage[me] == idle ->
       SHOW;
       starts--;
       stage[me] = starting;
       duty[me] = starting;
       if :: known[me].version == 0 -> ASK(me, T2) :: else -> ASK(me, read) fi;
       rest()
     }
  :: d_step { /* the manager asks for a backup */
       joins > 0 && alive[me] && alive[OTHER(me)] && stage[me] == alone ->
       joins--;
       stage[me] = recording;
       want(me, T3);
       rest()
     }
  :: d_step { /* silence is seen on the channel */
       alive[me] && (watch[me] == trusting || watch[me] == suspecting) ->
       if :: watch[me] == trusting -> watch[me] = suspecting; suspect(me, false) :: else fi;
       rest()
     }
  :: d_step { /* the guest makes an output */
       alive[me] && guest[me] == running && made[me] < POSITIONS_MAX ->
       output(me);
       rest()
     }
  :: d_step { /* the host dies, and with it its memory; its requests do not */
       crashes > 0 && alive[me] ->
       crashes--;
       die(me);
       rest()
     }
  od
}

/* Toward which host the environment acts. */
#define it (_pid - 2)

active [2] proctype environment() {
end:
  do
  :: d_step { /* the arbiter attempts a request: it swaps only on the version that it names */
       request[it].intent != 0 ->
       if
       :: request[it].intent != read && request[it].version == record.version -> swap(it)
       :: else
       fi;
       if :: alive[it] -> answer[it].comes = true; COPY_RECORD(answer[it].says, record) :: else fi;
       request[it].intent = 0;
       request[it].version = 0;
       FORGET(request[it].put);
       rest()
     }
  :: d_step { /* the arbiter's answer comes */
       answer[it].comes ->
       take_answer(it);
       rest()
     }
  :: d_step { /* the disk raises its fence */
       fencing[it] != 0 ->
       if :: fencing[it] > fence -> fence = fencing[it] :: else fi;
       fencing[it] = 0;
       fenceHolds[it] = true;
       rest()
     }
  :: d_step { /* and says so */
       fenceHolds[it] ->
       fenceHolds[it] = false;
       if :: duty[it] == succeeding -> go_live(it) :: else fi;
       rest()
     }
  :: d_step { MAY_STAND(0, it) -> stand(0, it); rest() }
  :: d_step { MAY_ARRIVE(0, it) -> arrive(0, it); rest() }
  :: d_step { MAY_CLOSE(0, it) -> close_by_world(0, it); rest() }
#if JOINS > 1
  :: d_step { MAY_STAND(1, it) -> stand(1, it); rest() }
  :: d_step { MAY_ARRIVE(1, it) -> arrive(1, it); rest() }
  :: d_step { MAY_CLOSE(1, it) -> close_by_world(1, it); rest() }
#endif
#if JOINS > 2
  :: d_step { MAY_STAND(2, it) -> stand(2, it); rest() }
  :: d_step { MAY_ARRIVE(2, it) -> arrive(2, it); rest() }
  :: d_step { MAY_CLOSE(2, it) -> close_by_world(2, it); rest() }
#endif
  od
}
