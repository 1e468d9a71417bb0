// Mutations that no vector tells, because they change nothing at all, or nothing that a vector shows.

import type { Mutant } from './mutants.ts';

/** Why none does, by mutation and the names of instructions. */
const UNTOLD: readonly {
  readonly mutation: string;
  readonly texts: RegExp;
  readonly why: string;
}[] = [
  {
    mutation: 'access not checked',
    texts: /^(mov|cmpxchg8b|call|fxsave)/,
    why: 'no access of a process is bad in its second half alone where the engine has it so too',
  },
  {
    mutation: 'always jumps',
    texts: /^(movs|stos|lods)#$/,
    why: 'to itself with a count of 0: one step more, and vectors do not count steps',
  },
  {
    mutation: 'always done',
    texts: /^iret/,
    why: 'the data segments that it drops are null already',
  },
  { mutation: 'OF misread', texts: /^lahf$/, why: 'OF is no part of the byte' },
  {
    mutation: 'less or equal for less',
    texts: /^(p(add|sub)u?s[bw]|psadbw|p(min|max)(ub|sw)|pack[su]s\w+)$/,
    why: 'of two equal ones either is right',
  },
  {
    mutation: 'less or equal for less',
    texts: /^(in|out|ins[bw].*|outs[bw].*)$/,
    why: 'ports are refused to level 3 with and without a map',
  },
  {
    mutation: 'less or equal for less',
    texts: /^lss$/,
    why: 'the last descriptor of the table is code, which SS refuses by the same error',
  },
  {
    mutation: 'loaded from beside',
    texts: /^(in|out|ins[bw].*|outs[bw].*)$/,
    why: 'ports are refused to level 3 with and without a map',
  },
  {
    mutation: 'no float exceptions',
    texts: /^(rcp|rsqrt|cvtdq2pd)/,
    why: 'they raise none',
  },
  { mutation: 'rounded to the nearest', texts: /^cvtdq2pd$/, why: 'it is always exact' },
  { mutation: 'loaded narrower', texts: /^pmuludq$/, why: 'it uses the lower half alone' },
];

/** Undefined where one should. */
export function whyUntold({ definition, mutation }: Mutant): string | undefined {
  return UNTOLD.find((one) => one.mutation === mutation.name && one.texts.test(definition.text))
    ?.why;
}
