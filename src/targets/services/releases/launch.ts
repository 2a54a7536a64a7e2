import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { open } from 'node:fs/promises'
import type { Place } from './layout.ts'

export type Launched = {
  readonly pid: number
  /** Null while it runs. 75: another process holds the run lock, and nothing was executed. */
  readonly ended: () => number | null
  /** Ends it and what it started. */
  readonly abandon: () => void
}

export const lockTaken = 75

/**
 * The service in a session of its own, holding its run lock: `flock -F` takes the lock and executes the service in its
 * own place. Nothing of the engine's passes on but the log. Throws what the operating system refuses. `lock`: taken now or
 * not at all, or as soon as whoever holds it ends.
 */
export async function launch(
  place: Place,
  argv: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
  lock: 'now' | 'next' = 'now',
): Promise<Launched> {
  const how = lock === 'now' ? ['-n', '-E', String(lockTaken)] : []
  const log = await open(place.log, 'a', 0o600)
  try {
    const child = spawn('flock', [...how, '-F', place.runLock, ...argv], {
      cwd,
      env,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    })
    let code: number | null = null
    child.on('exit', (status, signal) => {
      code = status ?? (signal === null ? 1 : 128)
    })
    await once(child, 'spawn')
    child.unref()
    const { pid } = child
    if (pid === undefined) throw new Error('a process was spawned and has no number')
    return { pid, ended: () => code, abandon: () => abandon(pid, code) }
  } finally {
    await log.close()
  }
}

/** While it has not ended, its number is its own: it is our child, and nobody has waited for it. */
function abandon(pid: number, ended: number | null): void {
  if (ended !== null) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It ended in between.
  }
}
