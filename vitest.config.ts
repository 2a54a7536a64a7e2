import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    server: { deps: { inline: [/dt-sql-parser/] } },
    include: ['test/**/*.test.{ts,tsx}'],
    pool: 'forks',
    maxWorkers: 2,
    // In CI a test may try once more, and the log says so: the machines are shared, and one hiccup should not hide the rest.
    retry: process.env['CI'] === 'true' ? 1 : 0,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    teardownTimeout: 30_000,
    // A second, as it is otherwise, is too short on a machine that is shared.
    expect: { poll: { timeout: 20_000 } },
    env: { FORCE_COLOR: '1' },
  },
})
