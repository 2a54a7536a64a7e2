import type { DatabaseFact, SchemaObject } from '../facts.ts'
import type { PlanOptions } from '../plan.ts'
import { oneLine } from '../text.ts'
import { diffSchemas, schemaLines } from './diff.ts'

/** The schema a release was recorded with. */
export type RecordedSchema = {
  readonly fingerprint: string
  /** Null: only its fingerprint was kept. */
  readonly schema: readonly SchemaObject[] | null
  /** Hosts that keep something else in its place. */
  readonly disbelieved?: readonly string[]
}

/** More are read by nobody, and would stand in every copy of the journal. */
const most = 200
const width = 400

/** What would change in a database for it to be as at `version`, in words. */
export function linesAgainst(now: DatabaseFact, target: RecordedSchema, version: string): readonly string[] {
  if (now.fingerprint === null) return []
  const { unseen = [] } = now
  if (unseen.length > 0) return [`not compared with ${version}: this account is not shown ${unseen.join(', ')}`]
  if (target.fingerprint === now.fingerprint) return [`as at ${version}`]
  if (target.schema === null) return [onlyFingerprint(target, version)]
  const lines = schemaLines(diffSchemas(now.schema, target.schema))
  // Two fingerprints differ, and yet the words are the same: another version of Astern made the one.
  if (lines.length === 0) return [`not as at ${version} by its fingerprint, but no difference can be told`]
  const more = lines.length > most ? [`and ${lines.length - most} more differences`] : []
  return [...lines.slice(0, most).map(line => oneLine(line, width)), ...more]
}

/** Where the schema stays as it is, what differs is no change. */
export function schemaTitle({ preserveData }: PlanOptions): string {
  return preserveData ? "Schema: the target's differs, and nothing of it is changed" : 'Schema'
}

function onlyFingerprint({ disbelieved = [] }: RecordedSchema, version: string): string {
  const other =
    disbelieved.length === 0
      ? ''
      : `; what ${disbelieved.join(', ')} keeps in its place is not that, and is not believed`
  return `not as at ${version}; the record has only the fingerprint of that one${other}`
}
