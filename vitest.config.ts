import { defineConfig } from 'vitest/config';

const rooms = 'model,properties,impl,harness,examples,bench';

export default defineConfig({
  test: {
    environment: 'node',
    pool: 'forks',
    include: [`{${rooms}}/**/*.test.ts`],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Texts under test are the same on a terminal and in CI.
    env: { FORCE_COLOR: '0' },
  },
});
