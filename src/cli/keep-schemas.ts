import type { KeepSchema } from '../state/command.ts'
import type { DatabaseFact } from '../state/facts.ts'
import { packSchema, unpackSchema } from '../targets/databases/packed-schema.ts'
import type { Looks } from '../targets/looks.ts'
import { closeLooks, looksFor, type Environment } from './environment.ts'
import { errand } from './errand.ts'
import { talk, tell } from './talk.ts'

/** Any one of them is enough for a plan. */
const keepers = 3

/** Schemas as they were recorded, beside the ledger, so that a plan can say in words what changes (ADR 20). It records nothing less without them. */
export async function keepSchemas(
  environment: Environment,
  databases: Readonly<Record<string, DatabaseFact>>,
): Promise<void> {
  const packed = Object.entries(databases).flatMap(([name, { fingerprint, schema }]) => {
    const text = fingerprint === null ? null : packSchema(schema)
    if (text === null)
      talk(`astern: the schema of ${name} is too large to be kept: the record has only its fingerprint.`)
    return fingerprint === null || text === null ? [] : [{ fingerprint, packed: text }]
  })
  const hosts = Object.keys(environment.manifest.hosts).sort().slice(0, keepers)
  const looks = looksFor(environment)
  const missing = await notKept(looks, hosts, packed).finally(() => closeLooks(looks))
  if (missing.length === 0) return
  const fault = await errand(environment, 'schema', missing)
  if (fault !== null) tell(fault)
}

async function notKept(
  looks: Looks,
  hosts: readonly string[],
  packed: readonly Pick<KeepSchema, 'fingerprint' | 'packed'>[],
): Promise<readonly KeepSchema[]> {
  const asked = hosts.flatMap(host =>
    packed.map(async (schema): Promise<readonly KeepSchema[]> => {
      const kept = await looks.services.schema(host, schema.fingerprint)
      const is = kept.ok && kept.value !== null && unpackSchema(kept.value, schema.fingerprint) !== null
      return is ? [] : [{ kind: 'schema.keep', host, ...schema }]
    }),
  )
  return (await Promise.all(asked)).flat()
}
