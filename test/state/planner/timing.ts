import type { Timing } from '../../../src/state/manifest.ts'

/** Nobody waits in a plan; only the estimate reads it. */
export const timing: Timing = {
  healthDeadlineMs: 1000,
  probeIntervalMs: 100,
  probeTimeoutMs: 100,
  consecutive: 1,
  stableMs: 100,
  watchMs: 0,
  turnBackMs: 0,
}
