/** The rules of docs/guide/architecture.md, so that the folder tree stays true. */
const only = (name, from, to) => ({ name, severity: 'error', from, to })

export default {
  forbidden: [
    only(
      'engine-knows-nobody',
      { path: '^packages/engine/src' },
      { pathNot: '^packages/engine/src|^node:', dependencyTypesNot: ['core'] },
    ),
    only(
      'signal-knows-nobody',
      { path: '^packages/signal/src', pathNot: '\\.test\\.ts$' },
      { path: '^packages/(?!signal)' },
    ),
    only(
      'client-knows-nobody',
      { path: '^packages/client/src', pathNot: '\\.test\\.ts$|/testing/' },
      { pathNot: '^packages/client/src' },
    ),
    only(
      'console-knows-the-client-alone',
      { path: '^packages/console/src' },
      { pathNot: '^packages/(console|client)/src|node_modules/(preact|@preact)/' },
    ),
    only(
      'nobody-knows-the-console',
      { path: '^(packages|e2e|bench)', pathNot: '^packages/console/' },
      { path: '^packages/console/' },
    ),
    only(
      'link-knows-signal-alone',
      { path: '^packages/link/src', pathNot: '\\.test\\.ts$|/testing/' },
      { path: '^packages/(?!link|signal)' },
    ),
    only(
      'only-the-spare-link-imports-baileys',
      { path: '^(packages|e2e|bench)', pathNot: '^packages/engine-baileys/src/link/library/' },
      { path: 'node_modules/baileys/' },
    ),
    only(
      'the-spare-link-is-loaded-when-chosen',
      { path: '^(packages|e2e|bench)', pathNot: '^packages/engine-baileys/src/link/library/|\\.test\\.ts$' },
      { path: '^packages/engine-baileys/src/link/library/', dynamic: false },
    ),
    only(
      'adapter-and-sandbox-meet-on-the-wire',
      { path: '^packages/engine-baileys/src', pathNot: '\\.test\\.ts$|/testing/' },
      { path: '^packages/(sandbox|server)' },
    ),
    only('sandbox-knows-signal-alone', { path: '^packages/sandbox/src' }, { path: '^packages/(?!sandbox|signal)' }),
    only(
      'world-knows-no-sockets',
      { path: '^packages/sandbox/src/world/', pathNot: '\\.test\\.ts$' },
      { path: '^packages/sandbox/src/(server|phone|driver|control)/' },
    ),
    only(
      'server-reaches-the-engine-through-the-port',
      {
        path: '^packages/server/src',
        pathNot: '^packages/server/src/((shipped-gateway|sandbox-main)\\.ts$|engine/)|\\.test\\.ts$|/testing/',
      },
      { path: '^packages/(engine-baileys|sandbox)/' },
    ),
    only(
      'only-http-uses-fastify',
      { path: '^packages/server/src', pathNot: '^packages/server/src/(http|testing)/' },
      { path: 'node_modules/(fastify|@fastify)/' },
    ),
    only(
      'the-library-of-agents-is-loaded-when-asked',
      { path: '^packages/server/src', pathNot: '/testing/|\\.test\\.ts$' },
      { path: 'node_modules/@modelcontextprotocol/', dynamic: false, dependencyTypesNot: ['type-only'] },
    ),
    only(
      'only-storage-uses-drivers',
      { path: '^packages/server/src', pathNot: '^packages/server/src/storage/|/testing/|\\.test\\.ts$' },
      { path: 'node_modules/(kysely|pg)/|^node:sqlite$' },
    ),
    only(
      'operations-do-not-know-http',
      { path: '^packages/server/src/operations', pathNot: '\\.test\\.ts$' },
      { path: '^packages/server/src/http/' },
    ),
    only(
      'operations-do-not-know-storage',
      { path: '^packages/server/src/(operations|kit)/', pathNot: '\\.test\\.ts$|kit/define-planner\\.ts$' },
      { path: '^packages/server/src/(storage|gateway)/', pathNot: '^packages/server/src/gateway/services\\.ts$' },
    ),
    only(
      'domains-do-not-know-operations',
      {
        path: '^packages/server/src/[^/]+/',
        pathNot:
          '^packages/server/src/(operations|kit|http|mcp|compat|events|gateway|generated|process|testing)/|/testing/|\\.test\\.ts$',
      },
      { path: '^packages/server/src/(operations|kit|http)/', pathNot: 'kit/define-(event|planner)\\.ts$' },
    ),
    only(
      'storage-is-at-the-bottom',
      { path: '^packages/server/src/storage/', pathNot: '\\.test\\.ts$|/contract/' },
      {
        path: '^packages/server/src/[^/]+/',
        pathNot: '^packages/server/src/(storage|errors|generated|memory)/',
      },
    ),
    only(
      'schemas-and-errors-know-nobody',
      { path: '^packages/server/src/(schemas|errors)/' },
      { path: '^packages/server/src/(?!schemas|errors)' },
    ),
    only(
      'docs-pages-know-the-document-alone',
      { path: '^packages/server/src/docs-page/', pathNot: '\\.test\\.ts$|/testing/' },
      { path: '^packages/server/src/(?!docs-page|errors|generated)' },
    ),
    only(
      'the-library-of-nats-is-loaded-in-a-cluster-alone',
      { path: '^packages/server/src', pathNot: '^packages/server/src/cluster/bus/|\\.test\\.ts$' },
      { path: '^packages/server/src/cluster/bus/nats-(bus|options)\\.ts$|node_modules/@nats-io/', dynamic: false },
    ),
    only('no-circular', {}, { circular: true }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
}
