import type { Facts, LedgerEntry } from '../../state/facts.ts'
import { linesAgainst, type RecordedSchema } from '../../state/schema/against.ts'
import { unpackSchema } from '../../targets/databases/packed-schema.ts'
import type { Looks } from '../../targets/looks.ts'

/** Today's schema of each database against the one that the target was recorded with, in words. */
export async function againstRecorded(facts: Facts, target: LedgerEntry, looks: Looks): Promise<readonly string[]> {
  const told = Object.entries(target.databases).map(async ([name, { fingerprint }]) => {
    const now = facts.databases[name]
    if (now === undefined) return []
    const differs = now.fingerprint !== null && now.fingerprint !== fingerprint
    const recorded = differs ? await recordedSchema(facts, fingerprint, looks) : { fingerprint, schema: null }
    return linesAgainst(now, recorded, target.version).map(line => `${name}: ${line}`)
  })
  return (await Promise.all(told)).flat()
}

/** From the first host that has it; what is not the schema of that fingerprint counts as none. */
async function recordedSchema({ records }: Facts, fingerprint: string, looks: Looks): Promise<RecordedSchema> {
  const disbelieved: string[] = []
  for (const host of Object.keys(records).sort()) {
    if ('fault' in (records[host] ?? {})) continue
    const kept = await looks.services.schema(host, fingerprint)
    if (!kept.ok || kept.value === null) continue
    const schema = unpackSchema(kept.value, fingerprint)
    if (schema !== null) return { fingerprint, schema }
    disbelieved.push(host)
  }
  return { fingerprint, schema: null, disbelieved }
}
