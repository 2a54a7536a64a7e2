import type { DatabaseFact, Facts, LedgerEntry, SchemaObject } from '../facts.ts'
import { diffSchemas, schemaLines } from './diff.ts'

/** A release's schema as the record has it; `schema` null: only its fingerprint was kept. */
export type RecordedSchema = { readonly fingerprint: string; readonly schema: readonly SchemaObject[] | null }

/** What would change in a database for it to be as at `version`, in words; nothing where nobody recorded it. */
export function linesAgainst(now: DatabaseFact, target: RecordedSchema | null, version: string): readonly string[] {
  if (target === null || now.fingerprint === null) return []
  if (target.fingerprint === now.fingerprint) return [`as at ${version}`]
  if (target.schema === null) return [`not as at ${version}; the record has only the fingerprint of that one`]
  const lines = schemaLines(diffSchemas(now.schema, target.schema))
  // Two fingerprints differ, and yet the words are the same: another version of Astern made the one.
  return lines.length > 0 ? lines : [`not as at ${version} by its fingerprint, but no difference can be told`]
}

/** As any host's record has it. */
export function recordedSchema({ records }: Facts, database: string, version: string): RecordedSchema | null {
  for (const record of Object.values(records)) {
    if ('fault' in record) continue
    const entry = record.ledger.findLast(each => each.version === version)?.databases[database]
    if (entry !== undefined) return { fingerprint: entry.fingerprint, schema: schemaIn(entry) }
  }
  return null
}

/** Of an entry that does not keep its schema, none. */
function schemaIn(entry: Kept): readonly SchemaObject[] | null {
  return entry.schema ?? null
}

type Kept = LedgerEntry['databases'][string] & { readonly schema?: readonly SchemaObject[] }
