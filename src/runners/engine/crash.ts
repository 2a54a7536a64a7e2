import type { Crash } from './desk.ts'

/**
 * For tests: `ASTERN_CRASH_AT=after-effect` ends the process with SIGKILL the first time it comes to that point of any
 * step; `after-effect:api@local.stop` at that step only. Unset, nothing happens.
 */
export function crashPoint(at: string | undefined): Crash {
  if (at === undefined || at === '') return () => undefined
  return (point, step) => {
    if (at === point || at === `${point}:${step}`) process.kill(process.pid, 'SIGKILL')
  }
}
