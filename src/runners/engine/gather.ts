import type {
  DatabaseFact,
  Facts,
  HostRecord,
  InstanceKey,
  LedgerEntry,
  Recorded,
  ServiceFact,
} from '../../state/facts.ts'
import { instanceKey } from '../../state/facts.ts'
import type { Fault } from '../../state/fault.ts'
import type { Manifest } from '../../state/manifest.ts'
import { wantedOf } from '../../state/planner/wanted.ts'
import { parseDbmate } from '../../state/sql/dbmate.ts'
import type { Looks } from '../../targets/looks.ts'

const errorLines = 5

/**
 * Everything phases 1 and 2 judge from, gathered by looking only, all targets at once. `at`: ISO. `version`: one that was
 * named. `also`: a release that is looked for elsewhere where its host has lost it, whatever the ledgers say of it.
 */
export async function gatherFacts(
  manifest: Manifest,
  looks: Looks,
  mask: (text: string) => string,
  now: () => Date,
  version: string | null = null,
  also: LedgerEntry['services'] = {},
): Promise<Facts> {
  const gathering = gatherRecords(manifest, looks)
  const [services, databases, records] = await Promise.all([
    gathering.then(records => gatherServices(manifest, looks, mask, key => wantedOf(records, key, version, also[key]))),
    gatherDatabases(manifest, looks),
    gathering,
  ])
  return { at: now().toISOString(), services, databases, records }
}

async function gatherServices(
  manifest: Manifest,
  looks: Looks,
  mask: (text: string) => string,
  wanted: (key: InstanceKey) => readonly Recorded[],
): Promise<Facts['services']> {
  const instances = Object.entries(manifest.services).flatMap(([service, { hosts }]) =>
    hosts.map(host => ({ service, host })),
  )
  const facts = await Promise.all(
    instances.map(async (instance): Promise<[InstanceKey, ServiceFact]> => {
      const { observe, releases, health, errors, surroundings, configurations } = looks.services
      const [observed, found, healthy, lines, around, configured] = await Promise.all([
        observe(instance),
        releases(instance, wanted(instanceKey(instance))),
        health(instance),
        errors(instance, errorLines),
        surroundings(instance),
        configurations(instance, wanted(instanceKey(instance))),
      ])
      const fact = {
        observed,
        releases: found,
        health: healthy.state,
        healthNote: mask(healthy.note),
        errors: lines.map(mask),
        ...(around.length === 0 ? {} : { surroundings: around.map(mask) }),
        ...(configured === null ? {} : { configurations: configured }),
      }
      return [instanceKey(instance), fact]
    }),
  )
  return Object.fromEntries(facts)
}

async function gatherDatabases(manifest: Manifest, looks: Looks): Promise<Facts['databases']> {
  const facts = await Promise.all(
    Object.entries(looks.databases).map(async ([name, database]): Promise<[string, DatabaseFact]> => {
      return [name, await withMigrations(manifest, looks, name, await database.observe())]
    }),
  )
  return Object.fromEntries(facts)
}

/** The scripts come out of the release that runs now: the older one does not have the way down. */
async function withMigrations(
  manifest: Manifest,
  looks: Looks,
  name: string,
  fact: DatabaseFact,
): Promise<DatabaseFact> {
  const source = manifest.databases[name]?.migrations?.from
  const host = source === undefined ? undefined : manifest.services[source.service]?.hosts[0]
  if (source === undefined || host === undefined) return fact
  const instance = { service: source.service, host }
  const observed = await looks.services.observe(instance)
  const release = observed.release ?? observed.pointed
  if (release === null) return fact
  const files = await looks.services.files(instance, release, source.path)
  if (!files.ok) return { ...fact, fault: fact.fault ?? files.fault }
  const parsed = parseDbmate(files.value)
  if (!parsed.ok) return { ...fact, fault: fact.fault ?? parsed.fault }
  return { ...fact, migrations: parsed.value }
}

async function gatherRecords(manifest: Manifest, looks: Looks): Promise<Facts['records']> {
  const records = await Promise.all(
    Object.keys(manifest.hosts).map(async (host): Promise<[string, HostRecord | { fault: Fault }]> => {
      const record = await looks.services.record(host)
      return [host, record.ok ? record.value : { fault: record.fault }]
    }),
  )
  return Object.fromEntries(records)
}
