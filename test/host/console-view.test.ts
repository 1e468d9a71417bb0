import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ConsoleView, createConsoleView } from '../../impl/host/console-view.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function viewOf(...chunks: [offset: bigint, text: string][]): ConsoleView {
  const view = createConsoleView();
  for (const [offset, text] of chunks) view.see(offset, bytes(text));
  return view;
}

describe('a view that is whole', () => {
  test('of nothing', () => {
    const view = createConsoleView();
    expect(view).toMatchObject({ seen: 0, repeated: 0, broken: undefined });
    expect(view.takeLines()).toEqual([]);
  });

  test('of chunks that follow one another', () => {
    expect(viewOf([0n, 'on'], [2n, 'e\n'], [4n, ''])).toMatchObject({
      seen: 4,
      repeated: 0,
      broken: undefined,
    });
  });

  test.each<[string, bigint, string, { seen: number; repeated: number }]>([
    ['a chunk that came before', 0n, 'abcd', { seen: 4, repeated: 4 }],
    ['a part from the middle', 1n, 'bc', { seen: 4, repeated: 2 }],
    ['an old end with a new one', 2n, 'cdef', { seen: 6, repeated: 2 }],
    ['nothing, far ahead', 99n, '', { seen: 4, repeated: 0 }],
  ])('takes %s', (_, offset, text, expected) => {
    expect(viewOf([0n, 'abcd'], [offset, text])).toMatchObject({ ...expected, broken: undefined });
  });

  test('a stream in chunks that overlap is that stream, once', () => {
    const property = fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 60 }),
      fc.array(fc.tuple(fc.nat({ max: 20 }), fc.nat({ max: 20 })), { maxLength: 20 }),
      (stream, cuts) => {
        const view = createConsoleView();
        let sent = 0;
        for (const [back, length] of [...cuts, [0, stream.length] as const]) {
          const start = Math.max(0, view.seen - back);
          const chunk = stream.slice(start, start + length);
          view.see(BigInt(start), chunk);
          sent += chunk.length;
        }
        expect(view).toMatchObject({ seen: stream.length, broken: undefined });
        expect(view.repeated).toBe(sent - stream.length);
      },
    );
    fc.assert(property);
  });
});

describe('a view that is broken', () => {
  test.each<[string, bigint, string, string]>([
    ['a gap of one byte', 5n, 'x', 'byte 4 never came: the next was byte 5'],
    ['a gap after nothing new', 9n, 'xyz', 'byte 4 never came: the next was byte 9'],
    ['another first byte', 0n, 'Abcd', 'byte 0 was 97 and came again as 65'],
    ['another last byte', 3n, 'D', 'byte 3 was 100 and came again as 68'],
  ])('by %s', (_, offset, text, broken) => {
    const view = viewOf([0n, 'abcd'], [offset, text]);
    expect(view.broken).toBe(broken);
    expect(view.seen).toBe(4);
  });

  test('by a stream that does not begin at its beginning', () => {
    expect(viewOf([1n, 'b']).broken).toBe('byte 0 never came: the next was byte 1');
  });

  test('stays so, and names the first contradiction', () => {
    const view = viewOf([0n, 'ab'], [1n, 'X'], [0n, 'Y'], [9n, 'z'], [1n, 'b']);
    expect(view.broken).toBe('byte 1 was 98 and came again as 88');
  });

  test('by any one byte that changes', () => {
    const property = fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 40 }),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (stream, place, change) => {
        const at = place % stream.length;
        const view = createConsoleView();
        view.see(0n, stream);
        view.see(0n, stream);
        expect(view.broken).toBe(undefined);
        view.see(
          0n,
          Uint8Array.from(stream, (byte, k) => (k === at ? byte ^ change : byte)),
        );
        expect(view.broken).toMatch(`byte ${at} was `);
        expect(view.repeated).toBe(2 * stream.length - 1);
      },
    );
    fc.assert(property);
  });
});

describe('lines', () => {
  test('are taken once, whole, and without their ends', () => {
    const view = viewOf([0n, 'one\r\ntwo\n\nthr']);
    expect(view.takeLines()).toEqual(['one', 'two', '']);
    expect(view.takeLines()).toEqual([]);
    view.see(13n, bytes('ee'));
    expect(view.takeLines()).toEqual([]);
    view.see(15n, bytes('\r\n'));
    expect(view.takeLines()).toEqual(['three']);
  });

  test('do not come again where their bytes do', () => {
    const view = viewOf([0n, 'one\n']);
    expect(view.takeLines()).toEqual(['one']);
    view.see(0n, bytes('one\ntwo\n'));
    expect(view.takeLines()).toEqual(['two']);
  });

  test('may hold letters of more than one byte, split between chunks', () => {
    const [head, tail] = [bytes('grün\n').slice(0, 3), bytes('grün\n').slice(3)];
    const view = createConsoleView();
    view.see(0n, head);
    view.see(3n, tail);
    expect(view.takeLines()).toEqual(['grün']);
  });
});
