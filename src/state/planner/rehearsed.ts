import type { Facts, LedgerEntry } from '../facts.ts'
import { canonical } from '../json.ts'
import type { Manifest } from '../manifest.ts'
import type { Estimated, Step } from '../plan.ts'
import { faultsOf, sqlCrc, type Rehearsal, type RehearsedDatabase } from '../rehearsal.ts'
import { rowsText } from '../rehearsal-lines.ts'
import { spanText, whenText } from '../times.ts'
import { usersOf } from './order.ts'

/**
 * The newest rehearsal of exactly this target, by its digests, on exactly today's schema of these databases. Anything else was learnt
 * of something else.
 */
export function rehearsalFor(
  facts: Facts,
  { version, services }: LedgerEntry,
  databases: readonly string[],
): Rehearsal | null {
  const digests = canonical(Object.fromEntries(Object.entries(services).map(([key, { digest }]) => [key, digest])))
  const isOfToday = (one: Rehearsal): boolean =>
    databases.every(name => {
      const today = facts.databases[name]?.fingerprint ?? null
      return today !== null && one.databases[name]?.today === today
    })
  const own = newestFirst(facts).filter(one => one.target === version && canonical(one.digests) === digests)
  return own.find(isOfToday) ?? null
}

export type Shown = { readonly verdict: 'compatible' | 'incompatible' | 'unknown'; readonly evidence: string }

/**
 * What the target's own checks showed on today's schema. Compatible only where every service that uses these databases was there and
 * every check passed; null: they were not asked.
 */
export function shownBy({ at, release }: Rehearsal, manifest: Manifest, databases: readonly string[]): Shown | null {
  if (release === undefined) return null
  const { verdict, checks, failed, started } = release
  const when = `rehearsed ${whenText(at)}`
  if (verdict === 'failed')
    return { verdict: 'incompatible', evidence: `${when}, and on today's schema ${failed.join('; ')}` }
  if (verdict === 'inconclusive')
    return { verdict: 'unknown', evidence: `${when}, which showed nothing: ${failed.join('; ')}` }
  if (checks === 0) return { verdict: 'unknown', evidence: `${when}, without a check` }
  const passed = `${when}, ${checks} ${checks === 1 ? 'check' : 'checks'} passed`
  const missing = usersOf(manifest, databases).filter(service => !started.includes(service))
  return missing.length === 0
    ? { verdict: 'compatible', evidence: passed }
    : { verdict: 'unknown', evidence: `${passed}, but ${missing.join(', ')} was not there` }
}

/** What spoke against the way back when it was tried: rows may have changed since, so that it warns and does not block. */
export function rehearsalWarnings({ at, databases }: Rehearsal): readonly string[] {
  return Object.entries(databases).flatMap(([name, one]) =>
    faultsOf(one).map(fault => `${name}, rehearsed ${whenText(at)}: ${fault}; mend it and try again: astern rehearse`),
  )
}

/** `main: rehearsed 2026-11-25 14:03 on 3.1 M rows: the way down, 3 of 3 statements, in 0:41, to the target’s schema`. */
export function rehearsalSaid({ at, databases }: Rehearsal): readonly string[] {
  return Object.entries(databases).map(([name, one]) => {
    const downs = one.statements.filter(({ direction }) => direction === 'down')
    const went = downs.filter(({ ms }) => ms !== null)
    const ms = went.reduce((sum, { ms: took }) => sum + (took ?? 0), 0)
    const led = one.reached === null || one.reached !== one.wanted ? '' : ', to the target’s schema'
    return `${name}: rehearsed ${whenText(at)} on ${onRows(one)}: the way down, ${went.length} of ${downs.length} statements, in ${spanText(ms)}${led}`
  })
}

function onRows({ rows, whole }: RehearsedDatabase): string {
  return `${rowsText(rows)} rows${whole ? '' : ', which were not all'}`
}

/** What a statement took when it was rehearsed: this very statement, on this very schema, with every row there. */
export function fromRehearsal({ command }: Step, facts: Facts): Pick<Step, 'estimateMs' | 'estimated'> | null {
  if (command.kind !== 'database.statement') return null
  const { database, direction, migration, index, sql } = command
  const now = facts.databases[database]?.fingerprint ?? null
  for (const { at, databases } of newestFirst(facts)) {
    const one = databases[database]
    if (one?.whole !== true || now === null || now !== (direction === 'down' ? one.today : one.wanted)) continue
    const known = one.statements.find(
      other => other.direction === direction && other.migration === migration && other.index === index,
    )
    if (known === undefined || known.ms === null || known.crc !== sqlCrc(sql)) continue
    const estimated: Estimated = { from: 'rehearsal', at, rows: one.rows }
    return { estimateMs: known.ms, estimated }
  }
  return null
}

/** Of all hosts. */
function newestFirst({ records }: Facts): readonly Rehearsal[] {
  const all = Object.values(records).flatMap(record => ('fault' in record ? [] : (record.rehearsals ?? [])))
  return all.toSorted((a, b) => (a.at < b.at ? 1 : -1))
}
