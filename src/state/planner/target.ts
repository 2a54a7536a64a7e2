import type { Facts, InstanceKey, LedgerEntry } from '../facts.ts'
import type { Fault } from '../fault.ts'
import { canonical, type Json } from '../json.ts'
import type { PlanOptions } from '../plan.ts'
import { foundFor } from './pulls.ts'

export type PassedOver = { readonly version: string; readonly why: string }
export type Chosen =
  | {
      readonly ok: true
      readonly target: LedgerEntry
      readonly from: string
      readonly passedOver: readonly PassedOver[]
    }
  | { readonly ok: false; readonly fault: Fault }

/** The release to go back to: the one that was named, else the last known to be good that is whole everywhere. */
export function chooseTarget(facts: Facts, options: PlanOptions): Chosen {
  const unreadable = Object.entries(facts.records).find(([, record]) => 'fault' in record)
  if (unreadable !== undefined && 'fault' in unreadable[1]) return { ok: false, fault: unreadable[1].fault }
  const ledger = mergeLedgers(facts)
  const from = runningVersion(facts, ledger)
  return options.version === null ? lastGood(facts, ledger, from) : named(facts, ledger, from, options.version)
}

/** Newest first. A version that two hosts tell differently is no version to go back to. */
export function mergeLedgers(facts: Facts): readonly (LedgerEntry & { readonly disputed: boolean })[] {
  const merged = new Map<string, LedgerEntry & { readonly disputed: boolean }>()
  for (const host of Object.keys(facts.records).sort()) {
    const record = facts.records[host]
    if (record === undefined || 'fault' in record) continue
    for (const entry of record.ledger) {
      const before = merged.get(entry.version)
      const same = before === undefined || sameRelease(before, entry)
      merged.set(entry.version, {
        ...(before ?? entry),
        services: { ...entry.services, ...before?.services },
        good: (before?.good ?? true) && entry.good,
        disputed: before?.disputed === true || !same,
      })
    }
  }
  return [...merged.values()].sort((a, b) =>
    a.recordedAt < b.recordedAt ? 1 : a.recordedAt > b.recordedAt ? -1 : a.version < b.version ? 1 : -1,
  )
}

/** Where its images are kept and how it was configured may be told by one host and forgotten by another. */
function sameRelease(a: LedgerEntry, b: LedgerEntry): boolean {
  const what = ({ services, databases }: LedgerEntry): string => {
    const releases = Object.entries(services).map(([key, { release, digest }]) => [key, [release, digest]] as const)
    return canonical({ s: Object.fromEntries(releases), d: databases } as unknown as Json)
  }
  return what(a) === what(b)
}

/** What runs, by the ledger's name for it; else by the releases that run. */
export function runningVersion(facts: Facts, ledger: readonly LedgerEntry[]): string {
  const known = ledger.find(entry => runs(facts, entry))
  if (known !== undefined) return known.version
  const count = new Map<string, number>()
  for (const { observed } of Object.values(facts.services)) {
    const release = observed.release ?? observed.pointed
    if (release !== null) count.set(release, (count.get(release) ?? 0) + 1)
  }
  const releases = [...count].sort(([a, m], [b, n]) => n - m || (a < b ? 1 : -1)).map(([release]) => release)
  return releases[0] ?? 'nothing'
}

export function runs(facts: Facts, entry: LedgerEntry): boolean {
  const recorded = Object.entries(entry.services)
  const migrations = Object.entries(entry.databases).every(
    ([name, { migrations: wanted }]) => canonical(facts.databases[name]?.applied ?? []) === canonical(wanted),
  )
  return (
    migrations &&
    recorded.length > 0 &&
    recorded.every(([key, { release, digest }]) => {
      const observed = facts.services[key as InstanceKey]?.observed
      return observed?.state === 'running' && observed.release === release && observed.digest === digest
    })
  )
}

export const disputedWhy = 'the hosts record it differently'

type Merged = ReturnType<typeof mergeLedgers>

function lastGood(facts: Facts, ledger: Merged, from: string): Chosen {
  const passedOver: PassedOver[] = []
  for (const { disputed, ...entry } of ledger) {
    const why = disputed ? disputedWhy : whyNot(facts, entry)
    if (why === null) return { ok: true, target: entry, from, passedOver }
    passedOver.push({ version: entry.version, why })
  }
  return { ok: false, fault: noTarget(passedOver) }
}

function named(facts: Facts, ledger: Merged, from: string, version: string): Chosen {
  const exact = ledger.find(entry => entry.version === version)
  if (exact === undefined) return { ok: false, fault: unknownVersion(facts, ledger, version) }
  const { disputed, ...target } = exact
  if (disputed) return { ok: false, fault: cannot(version, disputedWhy) }
  if (runs(facts, target)) return { ok: false, fault: runsAlready(version) }
  const incomplete = whyIncomplete(facts, target)
  if (incomplete !== null) return { ok: false, fault: cannot(version, incomplete) }
  return { ok: true, target, from, passedOver: namesakes(ledger, target) }
}

/** `1.2.2` was named, and `v1.2.2` is another release: whoever approves should know that there are two. */
function namesakes(ledger: Merged, target: LedgerEntry): readonly PassedOver[] {
  return ledger
    .filter(({ version }) => version !== target.version && bare(version) === bare(target.version))
    .filter(entry => !sameRelease(entry, target))
    .map(({ version }) => ({ version, why: `it is another release than ${target.version}, which was named` }))
}

function bare(version: string): string {
  return version.replace(/^v/, '')
}

export const rolledBackWhy = 'it was rolled back before, and nobody has cleared it'

export function wasRolledBack(facts: Facts, { version, good }: LedgerEntry): boolean {
  const refused = Object.values(facts.records).some(
    record => !('fault' in record) && record.refused.some(one => one.version === version),
  )
  return refused || !good
}

function whyNot(facts: Facts, entry: LedgerEntry): string | null {
  if (wasRolledBack(facts, entry)) return rolledBackWhy
  return runs(facts, entry) ? 'it runs now' : whyIncomplete(facts, entry)
}

export function whyIncomplete(facts: Facts, entry: LedgerEntry): string | null {
  for (const [key, { release, digest }] of Object.entries(entry.services)) {
    const fact = facts.services[key as InstanceKey]
    if (fact === undefined) return `${key} is recorded and not in astern.yaml`
    const found = foundFor(facts, key as InstanceKey, release, digest)
    if (found === undefined) return `${release} is not on the host for ${key}`
    if (!found.complete) return `${release} for ${key}: ${found.why ?? 'not complete'}`
    if (found.digest !== digest) return `${release} for ${key} is not the one that was recorded`
  }
  return null
}

function unknownVersion(facts: Facts, ledger: Merged, version: string): Fault {
  const existing = ledger.map(entry => entry.version)
  const near = existing.find(candidate => bare(candidate) === bare(version))
  const unrecorded = [
    ...new Set(Object.values(facts.services).flatMap(({ releases }) => releases.map(({ release }) => release))),
  ]
  const onHosts = unrecorded.filter(release => !existing.includes(release)).sort()
  const others = onHosts.length === 0 ? '' : ` On the hosts, and not recorded as good: ${onHosts.join(', ')}.`
  return {
    code: 'target.unknown',
    what: `There is no release ${version} in the ledger`,
    means: `Nothing was touched. The ledger has: ${existing.join(', ') || 'nothing yet'}.${others}`,
    next:
      near === undefined
        ? 'Name one of these with --version, or leave it out and the last good one is proposed.'
        : `Did you mean --version ${near}?`,
  }
}

function noTarget(passedOver: readonly PassedOver[]): Fault {
  const reasons = passedOver.map(({ version, why }) => `${version}: ${why}`).join('; ')
  return {
    code: 'target.none',
    what: 'There is no release to go back to',
    means:
      passedOver.length === 0
        ? 'The ledger is empty: nothing was ever recorded as good.'
        : `All were passed over: ${reasons}.`,
    next:
      passedOver.length === 0
        ? 'Record one after a good deploy with: astern record --version V'
        : 'Put the missing release back on its host, or clear one with: astern unfreeze --clear V',
  }
}

function runsAlready(version: string): Fault {
  return {
    code: 'target.runs-already',
    what: `${version} runs already, everywhere`,
    means: 'There is nothing to roll back.',
    next: 'Look at the checks: astern check. The cause may lie elsewhere.',
  }
}

function cannot(version: string, why: string): Fault {
  return {
    code: 'target.incomplete',
    what: `${version} cannot be gone back to: ${why}`,
    means: 'Nothing was touched: everything must be there before anything is stopped.',
    next: 'Put it back on its host as it was recorded, or choose another version.',
  }
}
