import type { Facts, HostRecord, InstanceKey, Recorded, ServiceFact } from '../../state/facts.ts'
import { instanceKey } from '../../state/facts.ts'
import type { Fault } from '../../state/fault.ts'
import type { Manifest } from '../../state/manifest.ts'
import { wantedOf } from '../../state/planner/wanted.ts'
import type { Looks } from '../../targets/looks.ts'
import type { Mask } from '../secrets.ts'
import { gatherDatabases } from './gather-databases.ts'
import type { Meant } from './meant.ts'

const errorLines = 5

/**
 * Everything phases 1 and 2 judge from, gathered by looking only, all targets at once. `at`: ISO.
 */
export async function gatherFacts(
  manifest: Manifest,
  looks: Looks,
  mask: Mask,
  now: () => Date,
  { version = null, also = {}, backups }: Meant = {},
): Promise<Facts> {
  const gathering = gatherRecords(manifest, looks)
  const [services, databases, records, deploying, space] = await Promise.all([
    gathering.then(records => gatherServices(manifest, looks, key => wantedOf(records, key, version, also[key]))),
    gatherDatabases(manifest, looks, backups),
    gathering,
    perHost(manifest, looks.services.deploys, (all): all is typeof all => all.length > 0),
    perHost(manifest, looks.services.space, space => space !== null),
  ])
  return mask({
    at: now().toISOString(),
    services,
    databases,
    records,
    ...(deploying === null ? {} : { deploying }),
    ...(space === null ? {} : { space }),
  })
}

async function gatherServices(
  manifest: Manifest,
  looks: Looks,
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
        healthNote: healthy.note,
        errors: lines,
        ...(around.length === 0 ? {} : { surroundings: around }),
        ...(configured === null ? {} : { configurations: configured }),
      }
      return [instanceKey(instance), fact]
    }),
  )
  return Object.fromEntries(facts)
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

/** Null: of no host there is any. */
async function perHost<Seen, Told extends Seen>(
  { hosts }: Manifest,
  look: (host: string) => Promise<Seen>,
  isTold: (seen: Seen) => seen is Told,
): Promise<Record<string, Told> | null> {
  const looked = await Promise.all(Object.keys(hosts).map(async host => [host, await look(host)] as const))
  const told = looked.flatMap(([host, seen]) => (isTold(seen) ? [[host, seen] as const] : []))
  return told.length === 0 ? null : Object.fromEntries(told)
}
