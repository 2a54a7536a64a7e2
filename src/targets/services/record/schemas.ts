import type { KeepSchema } from '../../../state/command.ts'
import type { Probed } from '../../../state/facts.ts'
import type { Result } from '../../../state/fault.ts'
import { unpackSchema } from '../../databases/packed-schema.ts'

/** Where a host keeps schemas beside its record, by their fingerprints (ADR 20). Null: it has none of this one. */
export type SchemaShelf = { readonly read: (fingerprint: string) => Promise<Result<string | null>> }

export const schemaLabels = {
  environment: 'com.github.astern.schemas',
  fingerprint: 'com.github.astern.fingerprint',
  packed: 'com.github.astern.schema',
} as const

/** A Swarm allows names of 64 characters; that the beginning is another schema's shows when it is unpacked. */
export function schemaName(environment: string, fingerprint: string): string {
  return `astern_${environment}_s${fingerprint.slice(0, 12)}`
}

export async function probeSchema(shelf: SchemaShelf, { host, fingerprint }: KeepSchema): Promise<Probed> {
  const read = await shelf.read(fingerprint)
  if (!read.ok) return { verdict: 'unclear', observed: null, says: read.fault.what }
  const is = read.value !== null && unpackSchema(read.value, fingerprint) !== null
  return { verdict: is ? 'holds' : 'not yet', observed: null, says: `the schema is ${is ? '' : 'not '}kept on ${host}` }
}
