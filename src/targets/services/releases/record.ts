import { readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Freeze, HostRecord, LedgerEntry, Lock } from '../../../state/facts.ts'
import type { Fault, Result } from '../../../state/fault.ts'
import type { Rehearsal } from '../../../state/rehearsal.ts'
import { systemWords } from './faults.ts'

type Refused = HostRecord['refused'][number]
export const recordFiles = {
  ledger: 'ledger.json',
  freeze: 'freeze.json',
  refused: 'refused.json',
  lock: 'lock.json',
  rehearsals: 'rehearsals.json',
} as const

/** The environment's record as it stands on one host. A host without one has an empty record; a broken one is a fault. */
export async function readRecord(directory: string, host: string): Promise<Result<HostRecord>> {
  const root = dirname(directory)
  try {
    await stat(root)
    const [ledger, freeze, refused, lock, rehearsals] = await Promise.all([
      readList<LedgerEntry>(join(directory, recordFiles.ledger), ['version', 'recordedAt', 'services', 'databases']),
      readOne<Freeze>(join(directory, recordFiles.freeze), ['since', 'by', 'reason']),
      readList<Refused>(join(directory, recordFiles.refused), ['version', 'digests', 'run', 'since']),
      readOne<Lock>(join(directory, recordFiles.lock), ['run', 'who', 'on', 'since', 'reason', 'directory']),
      readList<Rehearsal>(join(directory, recordFiles.rehearsals), ['at', 'target', 'digests', 'databases']),
    ])
    return { ok: true, value: { ledger, freeze, refused, lock, ...(rehearsals.length === 0 ? {} : { rehearsals }) } }
  } catch (error) {
    if (error instanceof Broken) return { ok: false, fault: broken(host, error.path) }
    return { ok: false, fault: unreadable(host, root, systemWords(error)) }
  }
}

class Broken extends Error {
  readonly path: string
  constructor(path: string) {
    super(`${path} is not a record`)
    this.path = path
  }
}

async function readList<T>(path: string, fields: readonly (keyof T & string)[]): Promise<readonly T[]> {
  const value = await readJson(path)
  if (value === undefined) return []
  if (!Array.isArray(value) || !value.every(item => has(item, fields))) throw new Broken(path)
  return value as readonly T[]
}

async function readOne<T>(path: string, fields: readonly (keyof T & string)[]): Promise<T | null> {
  const value = await readJson(path)
  if (value === undefined) return null
  if (!has(value, fields)) throw new Broken(path)
  return value as T
}

function has(value: unknown, fields: readonly string[]): boolean {
  return typeof value === 'object' && value !== null && fields.every(field => field in value)
}

/** Undefined: the file is not there. */
async function readJson(path: string): Promise<unknown> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
  try {
    return JSON.parse(text)
  } catch {
    throw new Broken(path)
  }
}

function unreadable(host: string, root: string, why: string): Fault {
  return {
    code: 'record.unreachable',
    what: `The record of the environment on ${host} cannot be read: ${root}: ${why}`,
    means: 'Its ledger, freeze and lock are not known, so nothing can be decided from them.',
    next: 'Mount it or put its rights right, or correct hosts in astern.yaml.',
  }
}

function broken(host: string, path: string): Fault {
  return {
    code: 'record.broken',
    what: `The record of the environment on ${host} is damaged: ${path} does not hold what Astern writes there`,
    means: 'Its ledger, freeze and lock are not known; what must not pass is refused.',
    next: `Put the file back from a copy, or move it away once you know what it said.`,
  }
}
