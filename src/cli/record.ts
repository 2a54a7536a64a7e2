import { gatherFacts } from '../runners/engine/gather.ts'
import type { Fault } from '../state/fault.ts'
import type { Facts, LedgerEntry } from '../state/facts.ts'
import { publishProduction } from './drill/publish.ts'
import { closeLooks, looksFor, openEnvironment, type Environment } from './environment.ts'
import { errand } from './errand.ts'
import { exitCode } from './exit-codes.ts'
import { liveRun } from './live-run.ts'
import type { Flags } from './flags.ts'
import type { Database, Manifest } from '../state/manifest.ts'
import { keepSchemas } from './keep-schemas.ts'
import { whoAmI } from './person.ts'
import { saveImages } from './save.ts'
import { answer, answerJson, talk, tell } from './talk.ts'

/** Puts what runs now into the ledger on every host. Refused while a rollback is live, or while a service does not run. */
export async function record(flags: Flags): Promise<number> {
  const environment = await openEnvironment(flags)
  if (environment === null) return exitCode.usage
  const live = await liveRun(environment)
  if (live !== null) {
    talk(
      `astern: run ${live.run} of ${live.who} is live since ${live.since}. What runs in the middle of a rollback is not a release. Record when it is closed.`,
    )
    return exitCode.refused
  }
  const facts = await lookAround(environment)
  const entry = entryOf(facts, flags.version ?? '')
  if (typeof entry === 'string') {
    talk(`astern: ${entry}`)
    return exitCode.refused
  }
  const fault = await recordWhole(environment, entry)
  if (fault !== null) {
    tell(fault)
    return exitCode.short
  }
  await keepSchemas(environment, facts.databases)
  const unpublished = await publishProduction(environment)
  const unsaved = flags.save === true ? await saveImages(environment, entry) : null
  if (unsaved !== null) {
    tell(unsaved)
    return exitCode.short
  }
  if (unpublished !== null) {
    tell(unpublished)
    return exitCode.short
  }
  if (flags.json === true) answerJson(entry)
  else
    answer(
      `recorded ${entry.version}: ${Object.entries(entry.services)
        .map(([key, { release }]) => `${key} ${release}`)
        .join(', ')}`,
    )
  return exitCode.reached
}

/** The first record on a Docker host makes the key its configurations are compared by; it is written again with them. */
async function recordWhole(environment: Environment, entry: LedgerEntry): Promise<Fault | null> {
  const hosts = Object.keys(environment.manifest.hosts).sort()
  const add = (whole: LedgerEntry): Promise<Fault | null> =>
    errand(
      environment,
      'record',
      hosts.map(host => ({ kind: 'ledger.add', host, entry: whole })),
    )
  const fault = await add(entry)
  if (fault !== null || Object.values(entry.services).every(({ image, config }) => !image || config)) return fault
  const again = entryOf(await lookAround(environment), entry.version)
  return typeof again === 'string' ? null : add(again)
}

export async function freeze(flags: Flags): Promise<number> {
  const environment = await openEnvironment(flags)
  if (environment === null) return exitCode.usage
  const hosts = Object.keys(environment.manifest.hosts).sort()
  const fault = await errand(
    environment,
    'freeze',
    hosts.map(host => ({ kind: 'freeze.set', host, reason: flags.reason ?? 'frozen' })),
  )
  if (fault !== null) tell(fault)
  else answer(`frozen: ${flags.reason ?? ''}`)
  // Deployments are kept out, which is what was asked for: that drills are told as well must not make it fail.
  const unpublished = await publishProduction(environment)
  if (unpublished !== null) tell(unpublished)
  return fault === null ? exitCode.reached : exitCode.short
}

export async function unfreeze(flags: Flags): Promise<number> {
  const environment = await openEnvironment(flags)
  if (environment === null) return exitCode.usage
  const { clear } = flags
  const hosts = Object.keys(environment.manifest.hosts).sort()
  const lift = hosts.map(host => ({ kind: 'freeze.lift', host }) as const)
  const cleared =
    clear === undefined ? [] : hosts.map(host => ({ kind: 'ledger.clear', host, version: clear }) as const)
  const fault = await errand(environment, 'unfreeze', [...lift, ...cleared])
  if (fault !== null) tell(fault)
  else answer(clear === undefined ? 'unfrozen' : `unfrozen, and ${clear} may be deployed again`)
  return fault === null ? exitCode.reached : exitCode.short
}

async function lookAround(environment: Environment): Promise<Facts> {
  const manifest = asWhoReverses(environment.manifest)
  await environment.secrets.learn(manifest)
  const looks = looksFor({ ...environment, manifest })
  return gatherFacts(manifest, looks, environment.secrets.mask, () => new Date()).finally(() => closeLooks(looks))
}

/** What is recorded is compared with what whoever reverses will see: readers may be shown less. */
function asWhoReverses(manifest: Manifest): Manifest {
  const databases = Object.entries(manifest.databases).map(([name, database]): [string, Database] => {
    if (database.kind !== 'mysql') return [name, database]
    const { reader: _, ...rest } = database
    return [name, rest]
  })
  return { ...manifest, databases: Object.fromEntries(databases) }
}

function entryOf(facts: Facts, version: string): LedgerEntry | string {
  const services: Record<string, LedgerEntry['services'][`${string}@${string}`]> = {}
  for (const [key, { observed }] of Object.entries(facts.services)) {
    const { state, release, digest, note, restart, image, config, references } = observed
    if (state !== 'running' || release === null || digest === null)
      return `${key} is ${state}${note === null ? '' : ` (${note})`}: a release known to work has all its services running, each of a known digest.`
    services[key] = {
      release,
      digest,
      ...(restart === undefined ? {} : { restart }),
      ...(image === undefined ? {} : { image }),
      ...(config === undefined ? {} : { config }),
      ...(references === undefined ? {} : { references }),
    }
  }
  const databases: Record<string, LedgerEntry['databases'][string]> = {}
  for (const [name, { fault, fingerprint, applied, unseen = [] }] of Object.entries(facts.databases)) {
    if (unseen.length > 0)
      return `database ${name}: its account is not shown ${unseen.join(', ')}: grant it that, so that the whole schema can be proven later.`
    if (fault !== null || fingerprint === null)
      return `database ${name}: ${fault?.what ?? 'it cannot be read'}. ${fault?.next ?? ''}`
    databases[name] = { fingerprint, migrations: applied }
  }
  return { version, recordedAt: facts.at, by: whoAmI().name, good: true, services, databases }
}
