import { link, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Lock } from '../../../state/facts.ts'
import type { Json } from '../../../state/json.ts'
import type { Outcome } from '../../outcome.ts'
import type { RunContext } from '../../permit.ts'
import { heldBy } from '../held-by.ts'
import { isElsewhere, isOwn } from '../judge-record.ts'
import { readRecord, recordFiles } from './record.ts'
import { replaceWhole, writeWhole } from './write-whole.ts'

/**
 * `link` makes the whole file appear under its name at once, or fails because another's is there; it does so on a
 * shared mount too, where locks of the kernel may end at the machine.
 */
export async function takeLock(directory: string, host: string, lock: Lock): Promise<Outcome> {
  const own = join(directory, `lock.${lock.run}.${process.pid}.partial`)
  await writeWhole(own, lock)
  try {
    await link(own, join(directory, recordFiles.lock))
    return { ok: true, observed: lock, says: `the lock on ${host} is taken` }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    return await takenBefore(directory, host, lock)
  } finally {
    await rm(own, { force: true })
  }
}

async function takenBefore(directory: string, host: string, own: Lock): Promise<Outcome> {
  const record = await readRecord(directory, host)
  if (!record.ok) return { ok: false, fault: record.fault, observed: null }
  const { lock } = record.value
  if (isOwn(lock, own) && !isElsewhere(lock, host))
    return { ok: true, observed: lock, says: `the lock on ${host} was taken by this run before` }
  return { ok: false, fault: heldBy(host, lock, own.run), observed: lock as Json }
}

/** Puts this run's lock in the place of a lost run's. Whoever writes here holds the turn, so nobody's taking is lost. */
export async function breakLock(directory: string, host: string, lock: Lock, lost: string): Promise<Outcome> {
  await replaceWhole(join(directory, recordFiles.lock), lock)
  return { ok: true, observed: lock, says: `the lock on ${host} is taken over from run ${lost}` }
}

/** Removes this run's lock and nobody else's. */
export async function releaseLock(
  directory: string,
  host: string,
  held: Lock | null,
  own: Pick<RunContext, 'run' | 'holder'>,
): Promise<Outcome> {
  if (!isOwn(held, own))
    return { ok: true, observed: held as Json, says: `the lock on ${host} was not held by this run` }
  await rm(join(directory, recordFiles.lock), { force: true })
  return { ok: true, observed: null, says: `the lock on ${host} is given back` }
}
