import type { HostRecord } from '../../../state/facts.ts'
import type { Fault, Result } from '../../../state/fault.ts'

export const recordLabels = {
  environment: 'com.github.astern.environment',
  number: 'com.github.astern.number',
  record: 'com.github.astern.record',
  writer: 'com.github.astern.writer',
  /** Who wrote the version before this one. */
  follows: 'com.github.astern.follows',
} as const

/** One version of a record, as its host keeps it: whole, and never changed after it was made. */
export type Stored = {
  readonly name: string
  readonly labels: Readonly<Record<string, string | undefined>>
  readonly record: string | undefined
}

/** Where a host keeps the versions of its records. Creation there is by name, and atomic. */
export type Shelf = {
  readonly host: string
  readonly list: (environment: string) => Promise<Result<readonly Stored[]>>
  /** What a person types to look at one: `docker volume inspect NAME`. */
  readonly inspect: (name: string) => string
}

export type Version = {
  readonly name: string
  readonly number: number
  readonly writer: string
  readonly follows: string
}

/** `versions`: those there are, the newest first. */
export type Numbered = { readonly record: HostRecord; readonly number: number; readonly versions: readonly Version[] }

const empty: HostRecord = { ledger: [], freeze: null, refused: [], lock: null }

/** The environment's record on one host: the highest-numbered of its versions. */
export async function newestOn(shelf: Shelf, environment: string): Promise<Result<HostRecord>> {
  const read = await numberedOn(shelf, environment)
  return read.ok ? { ok: true, value: read.value.record } : read
}

export async function numberedOn(shelf: Shelf, environment: string): Promise<Result<Numbered>> {
  const listed = await shelf.list(environment)
  if (!listed.ok) return listed
  const stored = listed.value.filter(one => numberOf(one) > 0).sort((a, b) => numberOf(b) - numberOf(a))
  const [newest] = stored
  const versions = stored.map(versionOf)
  if (newest === undefined) return { ok: true, value: { record: empty, number: 0, versions } }
  const record = parse(newest.record)
  if (record === null) return { ok: false, fault: broken(shelf, newest.name) }
  return { ok: true, value: { record, number: numberOf(newest), versions } }
}

function versionOf(stored: Stored): Version {
  const { name, labels } = stored
  return {
    name,
    number: numberOf(stored),
    writer: labels[recordLabels.writer] ?? '',
    follows: labels[recordLabels.follows] ?? '',
  }
}

export function versionName(environment: string, number: number): string {
  return `astern_${environment}_${number}`
}

function numberOf({ labels }: Stored): number {
  const written = labels[recordLabels.number] ?? ''
  return /^\d+$/.test(written) ? Number(written) : 0
}

function parse(text: string | undefined): HostRecord | null {
  try {
    const value: unknown = JSON.parse(text ?? '')
    if (typeof value !== 'object' || value === null) return null
    const { ledger, refused } = value as Partial<HostRecord>
    return Array.isArray(ledger) && Array.isArray(refused) && 'freeze' in value && 'lock' in value
      ? (value as HostRecord)
      : null
  } catch {
    return null
  }
}

function broken({ host, inspect }: Shelf, name: string): Fault {
  return {
    code: 'record.broken',
    what: `The record of the environment on ${host} is damaged: ${name} does not hold what Astern writes there`,
    means: 'Its ledger, freeze and lock are not known; what must not pass is refused.',
    next: `Look with: ${inspect(name)}. Remove it once you know what it said; the one before it counts then.`,
  }
}
