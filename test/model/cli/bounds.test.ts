// `--bounds`: every kind of bound is read, and whatever is not allowed is refused with what is.

import { describe, expect, test } from 'vitest';
import { boundsToText, readBounds } from '../../../model/cli/bounds.ts';
import { boundKinds } from '../../../model/environment/bound-kinds.ts';
import { calm, rows } from '../../../model/rows.ts';
import { seededBugs } from '../../../model/seeded-bugs.ts';

describe('bounds', () => {
  test('of every kind are read', () => {
    const text = 'crashes=2,inputs=true,network=may-be-lost,outputs=disk+console,hosts=3';
    expect(readBounds(text)).toEqual({
      crashes: 2,
      inputs: true,
      network: 'may-be-lost',
      outputs: ['disk', 'console'],
      hosts: 3,
    });
  });

  test('given again are changed', () => {
    expect(readBounds('crashes=0,joins=1', { crashes: 2, breaks: 1 })).toEqual({
      crashes: 0,
      joins: 1,
      breaks: 1,
    });
  });

  test.each([
    ['crash=1', 'expected one of hosts, starts, joins, crashes'],
    ['=1', 'before =, got nothing'],
    ['crashes', 'expected crashes=0..64, got no value'],
    ['crashes=', 'expected crashes=0..64, got .'],
    ['crashes=x', 'expected crashes=0..64, got x'],
    ['crashes=-1', 'expected crashes=0..64, got -1'],
    ['crashes=65', 'expected crashes=0..64, got 65'],
    ['crashes=1=2', 'expected crashes=0..64, got 1=2'],
    ['hosts=1', 'expected hosts=2..3, got 1'],
    ['entriesMax=0', 'expected entriesMax=1..1024, got 0'],
    ['inputs=yes', 'expected inputs=true|false, got yes'],
    ['network=lost', 'expected network=at-least-once|may-be-lost, got lost'],
    ['outputs=disk+disk', 'expected outputs=some of network+console+disk or none, got disk+disk'],
    ['outputs=screen', 'got screen'],
    ['outputs=', 'expected outputs=some of network+console+disk or none, got .'],
    ['toString=1', 'expected one of hosts'],
  ])('refuses %s', (text, message) => {
    expect(() => readBounds(text)).toThrow(message);
  });

  test('are those that rows have, within what each may be', () => {
    expect(Object.keys(boundKinds).sort()).toEqual(Object.keys(calm).sort());
    for (const { bounds } of [...rows, ...seededBugs]) {
      for (const [name, value] of Object.entries(bounds)) {
        const changes = { [name]: value };
        expect(readBounds(boundsToText(changes))).toEqual(changes);
      }
    }
  });
});
