import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { ConsoleFile } from '../targets/faults/operator/consoles.ts'
import { processIdOf } from '../targets/process-id.ts'

/**
 * Says below the home where this console is, for drills that kill it or drop its link; gives back what takes that away. A console
 * that cannot say so works all the same.
 */
export function sayWhereItIs(directory: string, role: ConsoleFile['role']): () => void {
  const process_ = processIdOf(process.pid)
  if (process_ === null) return () => undefined
  const place = join(dirname(dirname(directory)), 'consoles', basename(directory))
  const file = join(place, String(process.pid))
  const leave = (): void => {
    process.off('exit', leave)
    attempt(() => rmSync(file, { force: true }))
  }
  attempt(() => {
    mkdirSync(place, { recursive: true, mode: 0o2770 })
    for (const name of readdirSync(place))
      if (processIdOf(Number(name)) === null) rmSync(join(place, name), { force: true })
    const said: ConsoleFile = { ...process_, role }
    writeFileSync(file, JSON.stringify(said), { mode: 0o600 })
    process.on('exit', leave)
  })
  return leave
}

function attempt(work: () => void): void {
  try {
    work()
  } catch {
    // Another account's, or a disk that is full: nobody misses it outside a drill.
  }
}
