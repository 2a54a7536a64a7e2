import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import LongestFirst from './test/longest-first.ts'

// Thousands of processes start from the same few files: what V8 made of those is kept for the next one.
process.env['NODE_COMPILE_CACHE'] ??= join(import.meta.dirname, 'node_modules/.cache/compiled')

export default defineConfig({
  test: {
    server: { deps: { inline: [/dt-sql-parser/] } },
    include: ['test/**/*.test.{ts,tsx}'],
    pool: 'forks',
    // Most of a live test is waiting for servers, and a processor to each worker would stand idle.
    maxWorkers: availableParallelism() * 2,
    sequence: { sequencer: LongestFirst },
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
