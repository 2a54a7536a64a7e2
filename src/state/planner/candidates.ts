import type { Facts, InstanceKey, LedgerEntry, Recorded } from '../facts.ts'
import type { Manifest } from '../manifest.ts'
import type { Candidate, Found, PlanOptions } from '../plan.ts'
import { foundFor } from './pulls.ts'
import { chooseTarget, disputedWhy, mergeLedgers, rolledBackWhy, runs, wasRolledBack, whyIncomplete } from './target.ts'
import { lookedForOf } from './wanted.ts'

/** More than a person reads at such a time; what no ledger has cannot be taken anyhow. */
const unrecordedShown = 8

/** Every release that could be gone back to, as the ledgers have them, newest first; then those that are there and that nobody recorded. */
export function candidatesOf(facts: Facts, manifest: Manifest, options: PlanOptions): readonly Candidate[] {
  const ledger = mergeLedgers(facts)
  const chosen = chooseTarget(facts, options)
  const over = new Map(chosen.ok ? chosen.passedOver.map(({ version, why }) => [version, why] as const) : [])
  const recorded = ledger.map(({ disputed, ...entry }): Candidate => {
    const where = foundIn(facts, manifest, entry)
    const lacks = disputed ? disputedWhy : whyIncomplete(facts, entry)
    // Beyond the newest few only its hosts were looked at: a plan that names it looks further.
    const open = lacks !== null && !disputed && !isLookedFor(facts, entry, options.version)
    const current = runs(facts, entry)
    const { version, recordedAt } = entry
    return {
      version,
      found: ['ledger', ...where],
      complete: open ? null : lacks === null,
      knownGoodAt: recordedAt,
      target: chosen.ok && chosen.target.version === version,
      passedOver: over.get(version) ?? (wasRolledBack(facts, entry) ? rolledBackWhy : lacks),
      cannot: current ? 'it runs now, everywhere' : open ? null : lacks,
    }
  })
  return [...recorded, ...unrecorded(facts, manifest, new Set(recorded.map(({ version }) => version)))]
}

/** Why this one would be refused, in a sentence; null: a plan can be made for it. */
export function whyNoTarget(candidates: readonly Candidate[], version: string): string | null {
  if (candidates.length === 0) return 'No other release is known that could be gone back to.'
  const candidate = candidates.find(one => one.version === version)
  if (candidate === undefined)
    return `No release ${version} is known. Known are: ${candidates.map(one => one.version).join(', ')}.`
  return candidate.cannot === null ? null : `${version} cannot be gone back to: ${candidate.cannot}.`
}

function isLookedFor(facts: Facts, entry: LedgerEntry, named: string | null): boolean {
  return Object.keys(entry.services).every(key =>
    lookedForOf(facts.records, key as InstanceKey, named).some(({ version }) => version === entry.version),
  )
}

function foundIn(facts: Facts, manifest: Manifest, { services }: LedgerEntry): readonly Found[] {
  return each(
    Object.entries(services).flatMap(([key, recorded]) => placesOf(facts, manifest, key as InstanceKey, recorded)),
  )
}

function placesOf(
  facts: Facts,
  manifest: Manifest,
  key: InstanceKey,
  { release, digest }: Pick<Recorded, 'release' | 'digest'>,
): readonly Found[] {
  const stopped = facts.services[key]?.configurations?.stopped.some(one => one.digest === digest) === true
  const found = foundFor(facts, key, release, digest)
  const own: readonly Found[] = stopped ? ['stopped containers'] : []
  if (found === undefined || found.digest !== digest) return own
  if (found.fetch !== undefined) return [...own, found.fetch.kind === 'registry' ? 'registry' : 'archives']
  if (found.pulledBy === 'nodes') return [...own, 'registry']
  const kind = manifest.hosts[key.split('@')[1] ?? '']?.kind
  return [...own, kind === 'releases' ? 'release directories' : 'images']
}

/** On the hosts, by the names they have there. */
function unrecorded(facts: Facts, manifest: Manifest, known: ReadonlySet<string>): readonly Candidate[] {
  const found = Object.entries(facts.services).flatMap(([key, { releases }]) =>
    releases.filter(({ release }) => !known.has(release)).map(one => ({ key: key as InstanceKey, ...one })),
  )
  const versions = [...new Set(found.map(({ release }) => release))].sort().reverse().slice(0, unrecordedShown)
  return versions.map(version => ({
    version,
    found: each(
      found
        .filter(({ release }) => release === version)
        .flatMap(({ key, release, digest }) => placesOf(facts, manifest, key, { release, digest: digest ?? '' })),
    ),
    complete: false,
    knownGoodAt: null,
    target: false,
    passedOver: unrecordedWhy,
    cannot: unrecordedWhy,
  }))
}

const unrecordedWhy = 'no ledger has it: nobody ever recorded it as known to work'

function each(places: readonly Found[]): readonly Found[] {
  return order.filter(place => places.includes(place))
}

const order: readonly Found[] = ['release directories', 'stopped containers', 'images', 'registry', 'archives']
