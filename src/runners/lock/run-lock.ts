import { readFile, writeFile } from 'node:fs/promises'
import { hostname, userInfo } from 'node:os'
import { join } from 'node:path'
import type { Fault, Result } from '../../state/fault.ts'
import { flockFile } from '../../targets/flock.ts'

export type RunLock = {
  /** Inherited by a child, it keeps the lock held until that child has ended too. */
  readonly fd: number
  readonly release: () => Promise<void>
}

const patienceMs = 10_000

/**
 * One writer per run. Children that inherit the descriptor keep the lock: one of an engine that was killed may still be
 * at its statement, and is waited for.
 */
export async function takeRunLock(directory: string, waitMs = patienceMs): Promise<Result<RunLock>> {
  const file = await flockFile(join(directory, 'lock'), waitMs, 0o660)
  if (file === null) return { ok: false, fault: busy(directory, await holder(directory)) }
  const { username } = userInfo()
  await writeFile(
    join(directory, 'holder.json'),
    JSON.stringify({ pid: process.pid, who: username, on: hostname(), since: new Date().toISOString() }),
    { mode: 0o640 },
  )
  return { ok: true, value: { fd: file.fd, release: () => file.close() } }
}

type Holder = { readonly pid: number; readonly who: string; readonly on: string; readonly since: string }

async function holder(directory: string): Promise<Holder | null> {
  try {
    return JSON.parse(await readFile(join(directory, 'holder.json'), 'utf8')) as Holder
  } catch {
    return null
  }
}

function busy(directory: string, who: Holder | null): Fault {
  const run = directory.split('/').at(-1) ?? ''
  const by = who === null ? 'another process' : `process ${who.pid} of ${who.who} on ${who.on}, since ${who.since}`
  return {
    code: 'run.busy',
    what: `Run ${run} has an engine already: ${by}`,
    means: 'One engine writes a run. Nothing was started.',
    next: `Join it with: astern attach ${run}, or look on with: astern watch ${run}`,
  }
}
