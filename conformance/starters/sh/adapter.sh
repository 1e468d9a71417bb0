#!/bin/sh
# An adapter of lockstep/1 in POSIX shell, without other programs. The loop is whole; the node is yours to write.
#
# Standard output is for the protocol only, one JSON object a line; logs go to standard error. The runner writes
# {"id":1,"method":"step","params":{...}} in that order and without blanks, so that these expansions find the fields.
# A shell is slow and has no JSON: for a node of your own start the program that holds it, and pass lines on.

set -u

result() { printf '{"id":%s,"result":%s}\n' "$id" "$1"; }
unsupported() { printf '{"id":%s,"error":{"code":"unsupported","text":"%s"}}\n' "$id" "$1"; }
# What was done, in order ({"node":"p","effect":{"type":...}},...), and when something is due: "170000000" or null.
outcome() { result "{\"effects\":[$1],\"next\":$2}"; }
# An operation that cannot be carried out, as in: refused not-owner
refused() { result "{\"effects\":[],\"next\":null,\"refused\":{\"code\":\"$1\"}}"; }

# $1: the input's type; $2: all parameters. Write one after the other, beginning with manager.start.
step() {
  case $1 in
    manager.start | manager.protect | manager.power-off | manager.suspend | manager.resume | \
      manager.turn-off | manager.restart-secondary | manager.replace-backup | manager.test-failover | \
      guest.input | guest.output | guest.copied | guest.saved | guest.loaded | guest.applied | \
      guest.diverged | channel.opened | channel.arrived | channel.closed | datagram.arrived | \
      arbiter.answered | arbiter.failed | disk.answered)
      echo "not written yet: $1" >&2
      outcome '' null
      ;;
    *) unsupported "no input $1 is known" ;;
  esac
}

while IFS= read -r line; do
  id=${line#'{"id":'} id=${id%%,*}
  method=${line#*'"method":"'} method=${method%%'"'*}
  params=${line#*'"params":'} params=${params%'}'}
  case $method in
    hello)
      # When every fact can be observed: true, and a method observe (spec/conformance.md).
      implementation='{"name":"my-node","version":"0.1.0","language":"shell"}'
      result "{\"protocol\":\"lockstep/1\",\"implementation\":$implementation,\"capabilities\":{\"observe\":false}}"
      ;;
    # Forget every node, and begin those that the parameters name.
    reset) outcome '' null ;;
    step) type=${params#*'"input":{"type":"'} && step "${type%%'"'*}" "$params" ;;
    # The clock is at "to": what was due by then is done.
    advance) outcome '' null ;;
    bye) result '{}' && exit 0 ;;
    *) unsupported "no method $method is known" ;;
  esac
done
