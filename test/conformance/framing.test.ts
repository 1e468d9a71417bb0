import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLineSplitter, lineBytesMax } from '../../conformance/framing.ts';

test('lines come whole, however the bytes are cut', () => {
  const text = fc.array(fc.string({ unit: 'grapheme' }).map((line) => line.replaceAll('\n', '')));
  fc.assert(
    fc.property(text, fc.array(fc.nat(40)), (lines, cuts) => {
      const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
      const splitter = createLineSplitter();
      const found: string[] = [];
      let from = 0;
      for (const cut of [...cuts, bytes.length]) {
        for (const framed of splitter.push(bytes.subarray(from, from + cut))) {
          if (framed.kind === 'line') found.push(framed.text);
        }
        from += cut;
      }
      for (const framed of splitter.push(bytes.subarray(from))) {
        if (framed.kind === 'line') found.push(framed.text);
      }
      expect(found).toEqual(lines);
      expect(splitter.rest()).toBe('');
    }),
  );
});

test('a line of exactly the limit passes; one byte more does not, and nothing after it', () => {
  const fits = createLineSplitter();
  expect(fits.push(Buffer.from(`${'x'.repeat(lineBytesMax)}\n`))).toHaveLength(1);

  const tooLong = createLineSplitter();
  const found = tooLong.push(Buffer.from(`${'x'.repeat(lineBytesMax + 1)}\nnext\n`));

  expect(found).toEqual([{ kind: 'too-long', bytes: lineBytesMax + 1 }]);
  expect(tooLong.push(Buffer.from('more\n'))).toEqual([]);
});

test('what comes without a newline is kept as the rest', () => {
  const splitter = createLineSplitter();

  expect(splitter.push(Buffer.from('{"id":1}'))).toEqual([]);
  expect(splitter.rest()).toBe('{"id":1}');
});
