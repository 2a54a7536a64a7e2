import type { Facts, InstanceKey, LedgerEntry } from './facts.ts'
import { appliedSince } from './migrations/since.ts'
import { chooseTarget } from './planner/target.ts'

/** `at` null: nothing tells when. */
export type Changed = { readonly what: string; readonly at: string | null }

/** What differs from the last release known to have worked, and since when: earliest first, what has no time last. */
export function changedSince(facts: Facts): readonly Changed[] {
  const target = targetOf(facts)
  if (target === null) return []
  return [...releases(facts, target), ...migrations(facts, target)].sort((a, b) =>
    (a.at ?? '9').localeCompare(b.at ?? '9'),
  )
}

/** When the earliest of its releases came: where to begin to ask when users were first hurt. Null: nothing tells. */
export function firstChangeAt(facts: Facts): string | null {
  const target = targetOf(facts)
  const times = target === null ? [] : releases(facts, target).flatMap(({ at }) => at ?? [])
  return times.sort()[0] ?? null
}

function targetOf(facts: Facts): LedgerEntry | null {
  const chosen = chooseTarget(facts, { version: null, emergency: false, preserveData: false, services: [] })
  return chosen.ok ? chosen.target : null
}

function releases(facts: Facts, target: LedgerEntry): readonly Changed[] {
  return Object.entries(facts.services).flatMap(([key, { observed, health }]): Changed[] => {
    const wanted = target.services[key as InstanceKey]
    const { release, digest, since, state } = observed
    if (wanted !== undefined && digest !== null && digest !== wanted.digest)
      return [{ what: `${key} runs ${release ?? 'something else'} in the place of ${wanted.release}`, at: since }]
    const words = state === 'running' ? health : state
    return health === 'unhealthy' || state !== 'running'
      ? [{ what: `${key} ${release ?? ''} is ${words}`, at: state === 'running' ? since : null }]
      : []
  })
}

function migrations(facts: Facts, target: LedgerEntry): readonly Changed[] {
  return Object.entries(facts.databases).flatMap(([name, { recorded, applied }]) => {
    const wanted = target.databases[name]?.migrations
    if (wanted === undefined) return []
    const all = recorded ?? applied.map(version => ({ version }))
    return appliedSince(all, wanted).extra.map(
      (one): Changed => ({
        what: `${name} has migration ${one.version}${one.name === undefined ? '' : ` ${one.name}`}`,
        at: isoOf(one.at),
      }),
    )
  })
}

/** As tools write it, `2026-11-18 02:51:07`, by the clock of whoever migrated. Another form tells nothing here. */
function isoOf(at: string | undefined): string | null {
  const [, day, time] = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})/.exec(at ?? '') ?? []
  return day === undefined || time === undefined ? null : `${day}T${time}.000Z`
}
