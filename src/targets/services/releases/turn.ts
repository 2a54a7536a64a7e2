import { join } from 'node:path'
import type { Fault, Result } from '../../../state/fault.ts'
import { flockFile } from '../../flock.ts'

const patienceMs = 10_000

/** By directory: the last of this process's own that wait there. */
const waiting = new Map<string, Promise<unknown>>()

/**
 * Two writers of a host's record are kept apart by a lock of the kernel on `.astern/writing`, which ends with its holder.
 * Others are waited for with patience; this process's own, of whom there are two a host in every run, as long as they take.
 */
export async function inTurn<T>(
  directory: string,
  host: string,
  work: () => Promise<T>,
  patience = patienceMs,
): Promise<Result<T>> {
  const before = waiting.get(directory) ?? Promise.resolve()
  const mine = before.then(() => locked(directory, host, work, patience))
  const over = mine.catch(() => undefined)
  waiting.set(directory, over)
  try {
    return await mine
  } finally {
    if (waiting.get(directory) === over) waiting.delete(directory)
  }
}

async function locked<T>(
  directory: string,
  host: string,
  work: () => Promise<T>,
  patience: number,
): Promise<Result<T>> {
  const turn = await flockFile(join(directory, 'writing'), patience, 0o644)
  if (turn === null) return { ok: false, fault: busy(host, patience) }
  try {
    return { ok: true, value: await work() }
  } finally {
    await turn.close()
  }
}

function busy(host: string, patience: number): Fault {
  return {
    code: 'record.busy',
    what: `Somebody else is writing the record of the environment on ${host}`,
    means: `It was waited for, ${patience / 1000} s. Nothing was changed.`,
    next: 'Try again; if it stays so, look for a stuck astern process on that host.',
  }
}
