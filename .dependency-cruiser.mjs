// The arrow, as rules: imports run along it or down to infra/ and prisma/, never back, and pure rooms stay pure.
const gateway = '^apps/gateway/src';

const never = (name, from, to) => ({
  name,
  severity: 'error',
  from: { path: from, pathNot: '\\.test\\.ts$' },
  to: typeof to === 'string' ? { path: to } : to,
});

/** A pure room is fed and asked: no socket, file, clock or process, and no library that has one. */
const pure = (name, path, pathNot) => [
  never(`${name}-is-pure`, path, { dependencyTypes: ['core'], pathNot: '^(node:)?(buffer|crypto|util|assert)$' }),
  never(`${name}-holds-no-io`, path, 'node_modules/(express|undici|bullmq|ioredis|pg|pino|prom-client|@prisma)/'),
  ...(pathNot === undefined ? [] : [never(`${name}-stands-alone`, path, { path: gateway, pathNot })]),
];

export default {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'nothing-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    // An app is a process: it is started, never imported.
    never('nobody-imports-apps', '^(infra|prisma|test)/', '^apps/'),
    // Doubles and sample records are for tests, and no image ships them.
    {
      name: 'production-knows-no-doubles',
      severity: 'error',
      from: { path: '^(apps|infra|prisma)/', pathNot: '\\.test\\.ts$|/testing/' },
      to: { path: '/testing/' },
    },
    {
      name: 'rooms-of-tests-meet-in-support',
      severity: 'error',
      from: { path: '^test/([^/]+)/' },
      to: { path: '^test/', pathNot: '^test/($1|support|fixtures)/' },
    },
    never('apps-do-not-meet', '^apps/([^/]+)/', { path: '^apps/', pathNot: '^apps/$1/' }),
    // The gateway answers while the database is away: nothing that it loads may reach Prisma.
    never('gateway-without-prisma', gateway, {
      path: 'node_modules/(@prisma|prisma)/|^prisma/generated/',
      reachable: true,
    }),
    never('gateway-is-no-consumer', gateway, '^infra/queue/consume\\.ts$|node_modules/bullmq/'),
    ...pure('sse', `${gateway}/sse/`, `${gateway}/sse/`),
    ...pure('json', `${gateway}/json/`, `${gateway}/json/`),
    ...pure('dialects', `${gateway}/dialects/`, `${gateway}/(json|sse|dialects|errors\\.ts)`),
    ...pure(
      'exchange-core',
      `${gateway}/exchange/(client/channel|end/(outcome|metadata)|attempt/(held-frames|holdback|meter|silence|timings|without-usage))\\.ts$`,
    ),
    never('nobody-goes-back-to-http', `${gateway}/(?!http/|cluster/|(main|start)\\.ts)`, `${gateway}/http/`),
    never(
      'what-exchange-stands-on-knows-no-exchange',
      `${gateway}/(admission|routing|body|upstream)/`,
      `${gateway}/(exchange|outbox|cluster|assemble|main|start)`,
    ),
    never(
      'outbox-knows-no-exchange',
      `${gateway}/outbox/`,
      `${gateway}/(exchange|admission|routing|body|upstream|sse|dialects|cluster|assemble|main|start)`,
    ),
    ...pure('ledger-contract', '^prisma/src/(completion|opening|unit-prices|money|ledger|pricing/[^.]+)\\.ts$'),
    never('infra-stands-below', '^infra/', {
      path: '^prisma/',
      pathNot: '^prisma/src/(completion|opening|unit-prices|migrate)\\.ts$',
    }),
    never('ledger-stands-lowest', '^prisma/', '^(infra|test)/'),
  ],
  options: {
    doNotFollow: { path: 'node_modules|^prisma/generated' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
