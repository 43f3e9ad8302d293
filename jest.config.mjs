const shared = {
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {},
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'es6' } },
    ],
  },
  modulePathIgnorePatterns: ['<rootDir>/.weir'],
};

export default {
  // Real processes on a busy machine: a test that hangs should fail, one that is slow should not. (Read here alone: a
  // project's own is ignored.)
  testTimeout: 30_000,
  projects: [
    { ...shared, displayName: 'unit', testMatch: ['<rootDir>/{apps,prisma,infra}/**/*.test.ts'] },
    { ...shared, displayName: 'tools', testMatch: ['<rootDir>/test/{attack,bench,mutants}/**/*.test.ts'] },
    { ...shared, displayName: 'contract', testMatch: ['<rootDir>/test/contract/**/*.test.ts'] },
    { ...shared, displayName: 'drills', testMatch: ['<rootDir>/test/drills/**/*.test.ts'] },
    { ...shared, displayName: 'journeys', testMatch: ['<rootDir>/test/journeys/**/*.test.ts'] },
  ],
};
