import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:fs'
import { open, readFile, writeFile, type FileHandle } from 'node:fs/promises'
import { hostname, userInfo } from 'node:os'
import { join } from 'node:path'
import type { Fault, Result } from '../../state/fault.ts'

export type RunLock = {
  /** Inherited by a child, it keeps the lock held until that child has ended too. */
  readonly fd: number
  readonly release: () => Promise<void>
}

const patienceMs = 10_000

/**
 * One writer per run. The kernel holds the lock on the open file description, which the helper `flock -n 3` shares with
 * us: it stays when the helper has ended, and is free at once when the last process that holds it is gone. A child of
 * an engine that was killed may still be at its statement; that is waited for.
 */
export async function takeRunLock(directory: string, waitMs = patienceMs): Promise<Result<RunLock>> {
  const file = await open(join(directory, 'lock'), constants.O_RDWR | constants.O_CREAT, 0o660)
  if (!(await flock(file, waitMs))) {
    const fault = busy(directory, await holder(directory))
    await file.close()
    return { ok: false, fault }
  }
  const { username } = userInfo()
  await writeFile(
    join(directory, 'holder.json'),
    JSON.stringify({ pid: process.pid, who: username, on: hostname(), since: new Date().toISOString() }),
    { mode: 0o640 },
  )
  return { ok: true, value: { fd: file.fd, release: () => file.close() } }
}

async function flock(file: FileHandle, waitMs: number): Promise<boolean> {
  const wait = waitMs === 0 ? ['-n'] : ['-w', String(waitMs / 1000)]
  const helper = spawn('flock', [...wait, '-E', '75', '3'], { stdio: ['ignore', 'ignore', 'ignore', file.fd] })
  const [code] = (await once(helper, 'close')) as [number | null]
  return code === 0
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
