// What will happen, by instant and then by the order in which it was planned. A binary heap.
// The instants are virtual nanoseconds.

export interface Schedule {
  readonly now: bigint;
  /** Plans `act` so many nanoseconds from now. */
  after(delay: bigint, act: () => void): void;
  /** Acts on the next thing planned up to `until`; false where there is none. */
  next(until: bigint): boolean;
}

interface Planned {
  readonly at: bigint;
  readonly order: number;
  readonly act: () => void;
}

export function createSchedule(): Schedule {
  const heap: Planned[] = [];
  let now = 0n;
  let order = 0;

  return {
    get now() {
      return now;
    },
    after(delay, act) {
      order += 1;
      push(heap, { at: now + delay, order, act });
    },
    next(until) {
      const first = heap[0];
      if (first === undefined || first.at > until) {
        now = until;
        return false;
      }
      pop(heap);
      now = first.at;
      first.act();
      return true;
    },
  };
}

function isBefore(left: Planned, right: Planned): boolean {
  return left.at < right.at || (left.at === right.at && left.order < right.order);
}

function push(heap: Planned[], planned: Planned): void {
  let at = heap.length;
  heap.push(planned);
  while (at > 0) {
    const up = (at - 1) >> 1;
    const parent = heap[up];
    if (parent === undefined || isBefore(parent, planned)) break;
    heap[at] = parent;
    at = up;
  }
  heap[at] = planned;
}

function pop(heap: Planned[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let at = 0;
  for (;;) {
    const left = heap[2 * at + 1];
    const right = heap[2 * at + 2];
    const down = right !== undefined && left !== undefined && isBefore(right, left) ? 2 : 1;
    const child = down === 2 ? right : left;
    if (child === undefined || isBefore(last, child)) break;
    heap[at] = child;
    at = 2 * at + down;
  }
  heap[at] = last;
}
