import type { Bar } from './block.ts'

/** Milliseconds worked on a step, all attempts together. */
export function tookMs({ attempts }: Bar): number {
  return attempts.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0)
}
