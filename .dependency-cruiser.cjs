// The import table (CONTRIBUTING.md, "What may import what"), enforced by `npm run imports`.
// Each rule names the remedy in its comment; a violation prints it.

/** A rule for one chapter: everything in `from` may reach only what `to` matches. */
const only = (name, from, to, comment) => ({
  name,
  severity: 'error',
  comment,
  from: { path: from },
  to: { pathNot: to, dependencyTypesNot: ['type-only'] },
});

const pure = '^impl/(base|cpu|machine|replay|protocol)/';

module.exports = {
  forbidden: [
    only(
      'model-alone',
      '^model/(?!cli)',
      '^(model/|node_modules/(xstate|@xstate)/)',
      'The model reads the spec, never the implementation: it may import only xstate and itself.',
    ),
    only(
      'model-command-line',
      '^model/cli',
      '^(model/|node_modules/)|^node:|^[a-z_/]+$',
      'The model’s command line may import the model, Node and libraries.',
    ),
    only('base-alone', '^impl/base/', '^impl/base/', 'base stands on nothing.'),
    only('cpu-on-base', '^impl/cpu/', '^impl/(base|cpu)/', 'cpu stands on base alone.'),
    only(
      'machine-on-cpu',
      '^impl/machine/',
      '^impl/(base|cpu|machine)/',
      'machine stands on base and cpu.',
    ),
    only(
      'replay-on-machine',
      '^impl/replay/',
      '^impl/(base|cpu|machine|replay)/',
      'replay stands on base, cpu and machine.',
    ),
    only(
      'protocol-on-base',
      '^impl/protocol/',
      '^impl/(base|protocol)/',
      'protocol stands on base and, as types only, on replay’s entries.',
    ),
    {
      name: 'protocol-types-of-replay',
      severity: 'error',
      comment: 'protocol may take types from replay and from nothing else of the machine.',
      from: { path: '^impl/protocol/' },
      to: { path: '^impl/(cpu|machine|host)/' },
    },
    {
      name: 'host-apart-from-conformance',
      severity: 'error',
      comment: 'host speaks the adapter protocol; it does not import the suite, nor the model.',
      from: { path: '^impl/host/' },
      to: { path: '^(conformance|model|test)/' },
    },
    {
      name: 'conformance-spawns-the-implementation',
      severity: 'error',
      comment: 'The suite must fit any implementation: spawn the adapter, do not import impl.',
      from: { path: '^conformance/' },
      to: { path: '^(impl|test)/' },
    },
    {
      name: 'nothing-imports-test',
      severity: 'error',
      comment: 'Move what is needed out of test/.',
      from: { pathNot: '^test/' },
      to: { path: '^test/' },
    },
    {
      name: 'nothing-imports-the-command-line',
      severity: 'error',
      comment: 'cli.ts is the outermost file.',
      from: {},
      to: { path: '^cli\\.ts$' },
    },
    {
      name: 'no-node-in-the-pure-folders',
      severity: 'error',
      comment: 'No clock, chance, socket or node:* outside impl/host, conformance and test.',
      from: { path: pure },
      to: { dependencyTypes: ['core', 'npm', 'npm-dev'] },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'Split the file that both need.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'resolvable',
      severity: 'error',
      comment: 'The imported file or package is missing.',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
