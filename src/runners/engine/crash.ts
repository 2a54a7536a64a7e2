import { appendFileSync } from 'node:fs'
import type { Crash } from './desk.ts'

/**
 * For tests: `ASTERN_CRASH_AT=after-effect:api@local.stop,main.copy` ends the process with SIGKILL the first time it
 * comes to that point of one of these steps, after naming it in the file `log`. Unset, nothing happens.
 */
export function crashPoint(at: string | undefined, log: string | undefined): Crash {
  if (at === undefined || at === '') return () => undefined
  const [point, steps = ''] = at.split(':')
  const named = new Set(steps.split(','))
  return (here, step) => {
    if (here !== point || !named.has(step)) return
    if (log !== undefined) appendFileSync(log, `${step}\n`)
    process.kill(process.pid, 'SIGKILL')
  }
}
