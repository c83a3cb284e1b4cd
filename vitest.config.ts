import { defineConfig } from 'vitest/config';

const rooms = 'model,properties,impl,harness,examples,bench';

export default defineConfig({
  test: {
    environment: 'node',
    pool: 'forks',
    // As many as there are cores: by default one of them is left idle, of the two of a small runner one half.
    maxWorkers: '100%',
    include: [`{${rooms}}/**/*.test.ts`],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Texts under test are the same on a terminal and in CI.
    env: { FORCE_COLOR: '0' },
  },
});
