import type { KeepSchema } from '../../../../state/command.ts'
import type { HostRecord } from '../../../../state/facts.ts'
import type { Fault, Result } from '../../../../state/fault.ts'
import type { Outcome } from '../../../outcome.ts'
import type { Permit } from '../../../permit.ts'
import { probeSchema, type SchemaShelf } from '../schemas.ts'

/** Schemas are kept of so many of the newest releases. */
const kept = 10

export type SchemaStore = SchemaShelf & {
  readonly record: () => Promise<Result<HostRecord>>
  /** Fingerprints of what is kept here. */
  readonly list: () => Promise<Result<readonly string[]>>
  readonly write: (fingerprint: string, packed: string) => Promise<Result<unknown>>
  /** One that cannot be removed now is removed with the next. */
  readonly remove: (fingerprint: string) => Promise<void>
}

/** Writes it, looks again, and lets those go that none of the newest releases has. */
export async function keepSchema(store: SchemaStore, command: KeepSchema, permit: Permit): Promise<Outcome> {
  permit.spend(command)
  const { host, fingerprint, packed } = command
  const before = await probeSchema(store, command)
  // What has its name and is something else would be left by a creation that finds it there.
  if (before.verdict === 'not yet') await store.remove(fingerprint)
  const written = await store.write(fingerprint, packed)
  if (!written.ok) return { ok: false, fault: written.fault, observed: null }
  const after = await probeSchema(store, command)
  if (after.verdict !== 'holds') return { ok: false, fault: notKept(host, after.says), observed: null }
  await tidy(store, fingerprint)
  return { ok: true, observed: null, says: after.says }
}

async function tidy(store: SchemaStore, own: string): Promise<void> {
  const [record, there] = await Promise.all([store.record(), store.list()])
  if (!record.ok || !there.ok) return
  const newest = record.value.ledger.slice(-kept).flatMap(({ databases }) => Object.values(databases))
  const wanted = new Set([own, ...newest.map(({ fingerprint }) => fingerprint)])
  await Promise.all(there.value.filter(fingerprint => !wanted.has(fingerprint)).map(store.remove))
}

function notKept(host: string, says: string): Fault {
  return {
    code: 'schema.not-kept',
    what: `The schema was written to ${host} and could not be read there again: ${says}`,
    means: 'The release is recorded; of its schema there is only the fingerprint.',
    next: 'Record it once more; a plan works without.',
  }
}
