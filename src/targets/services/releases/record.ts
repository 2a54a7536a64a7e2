import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RecordCommand } from '../../../state/command.ts'
import type { Freeze, HostRecord, LedgerEntry, Lock, Probed } from '../../../state/facts.ts'
import type { Result } from '../../../state/fault.ts'
import { canonical, type Json } from '../../../state/json.ts'
import { pathExists } from './paths.ts'
import type { RunContext } from '../../permit.ts'

export type Refused = HostRecord['refused'][number]
export const recordFiles = {
  ledger: 'ledger.json',
  freeze: 'freeze.json',
  refused: 'refused.json',
  lock: 'lock.json',
} as const

/** The environment's record as it stands on one host. A host without one has an empty record; a broken one is a fault. */
export async function readRecord(directory: string, host: string): Promise<Result<HostRecord>> {
  const root = join(directory, '..')
  if (!(await pathExists(root))) return { ok: false, fault: gone(host, root) }
  try {
    const [ledger, freeze, refused, lock] = await Promise.all([
      readJson<readonly LedgerEntry[]>(join(directory, recordFiles.ledger), []),
      readJson<Freeze | null>(join(directory, recordFiles.freeze), null),
      readJson<readonly Refused[]>(join(directory, recordFiles.refused), []),
      readJson<Lock | null>(join(directory, recordFiles.lock), null),
    ])
    return { ok: true, value: { ledger, freeze, refused, lock } }
  } catch (error) {
    return { ok: false, fault: broken(host, directory, error) }
  }
}

/** Is the record already as the command would leave it? */
export async function probeRecord(directory: string, command: RecordCommand, context: RunContext): Promise<Probed> {
  const read = await readRecord(directory, command.host)
  if (!read.ok) return { verdict: 'unclear', observed: null, says: read.fault.what }
  const { ledger, freeze, refused, lock } = read.value
  switch (command.kind) {
    case 'lock.take':
      return judged(
        lock?.run === context.run,
        lock,
        lock === null ? 'nobody holds the lock' : `held by ${lock.who} for run ${lock.run} since ${lock.since}`,
      )
    case 'lock.release':
      return judged(
        lock?.run !== context.run,
        lock,
        lock === null ? 'nobody holds the lock' : `held by run ${lock.run}`,
      )
    case 'freeze.set':
      return judged(
        freeze !== null,
        freeze,
        freeze === null ? 'not frozen' : `frozen since ${freeze.since} by ${freeze.by}`,
      )
    case 'freeze.lift':
      return judged(freeze === null, freeze, freeze === null ? 'not frozen' : `frozen since ${freeze.since}`)
    case 'ledger.add': {
      const last = ledger.findLast(({ version }) => version === command.entry.version)
      const same =
        last !== undefined && canonical(last as unknown as Json) === canonical(command.entry as unknown as Json)
      return judged(
        same,
        null,
        same ? `${command.entry.version} is recorded` : `${command.entry.version} is not recorded like this`,
      )
    }
    case 'ledger.refuse': {
      const is = refused.some(({ version }) => version === command.version)
      return judged(is, null, is ? `${command.version} is refused` : `${command.version} is not refused`)
    }
    case 'ledger.clear': {
      const is = refused.some(({ version }) => version === command.version)
      return judged(!is, null, is ? `${command.version} is refused` : `${command.version} is not refused`)
    }
  }
}

function judged(holds: boolean, observed: unknown, says: string): Probed {
  return { verdict: holds ? 'holds' : 'not yet', observed: (observed ?? null) as Json, says }
}

export async function readJson<T>(path: string, otherwise: T): Promise<T> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return otherwise
    throw error
  }
  return JSON.parse(text) as T
}

function gone(host: string, root: string) {
  return {
    code: 'record.unreachable',
    what: `Host ${host} cannot be reached: ${root} is not there`,
    means: 'Its record of the environment is not known, so nothing can be decided from it.',
    next: 'Mount it, or correct hosts in astern.yaml.',
  }
}

function broken(host: string, directory: string, error: unknown) {
  return {
    code: 'record.broken',
    what: `The record of the environment on ${host} cannot be read`,
    means: 'Its ledger, freeze and lock are not known; what must not pass is refused.',
    next: `Look at the files in ${directory}.`,
    detail: error instanceof Error ? error.message : String(error),
  }
}
