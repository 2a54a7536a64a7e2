/** A part of a limit from which on it was close. */
export const closeShare = 0.8

/** Twice the slowest that was seen, and a duration that a person would have written. */
export function roomFor(slowestMs: number): number {
  return readableMs(2 * slowestMs)
}

/** The next longer one on a scale that people write: seconds, fives of them, half minutes, five minutes. */
export function readableMs(ms: number): number {
  const step = ms <= 10_000 ? 1000 : ms <= 60_000 ? 5000 : ms <= 600_000 ? 30_000 : 300_000
  return Math.max(step, Math.ceil(ms / step) * step)
}

/** As astern.yaml has it: `90s`, `5m`, `1h`. */
export function durationText(ms: number): string {
  if (ms > 0 && ms % 3_600_000 === 0) return `${ms / 3_600_000}h`
  if (ms > 0 && ms % 60_000 === 0) return `${ms / 60_000}m`
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`
}
