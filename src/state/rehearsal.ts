import { crc32OfLines } from './migrations/crc32.ts'

/** What was learnt on a clone, at what was exactly this. Kept at the record, of each target the newest. */
export type Rehearsal = {
  readonly at: string
  readonly by: string
  /** The version that was to be gone back to, and its digests by instance. */
  readonly target: string
  readonly digests: Readonly<Record<string, string>>
  readonly databases: Readonly<Record<string, RehearsedDatabase>>
  /** Left out: the target itself was not started there. */
  readonly release?: RehearsedRelease
}

/** The target's own services on a clone with today's schema. */
export type RehearsedRelease = {
  /** `inconclusive`: it could not be started there, or what runs now fails there too. */
  readonly verdict: 'passed' | 'failed' | 'inconclusive'
  /** Services that were there. */
  readonly started: readonly string[]
  readonly checks: number
  /** What did not pass, in words. */
  readonly failed: readonly string[]
}

export type RehearsedDatabase = {
  /** Of today's schema, which the clone had. */
  readonly today: string
  /** Of the target's, and of what the way down led to; null: it was not gone to its end. */
  readonly wanted: string
  readonly reached: string | null
  /** Of what the way up led to afterwards; null: it was not gone to its end. */
  readonly returned: string | null
  readonly rows: number
  /** Every row was there: then its times are what it takes. */
  readonly whole: boolean
  readonly statements: readonly RehearsedStatement[]
  /** Why not all of it was tried, in words. */
  readonly left?: string
}

export type RehearsedStatement = {
  readonly direction: 'down' | 'up'
  readonly migration: string
  readonly index: number
  /** Of its text: another statement has not been rehearsed. */
  readonly crc: number
  /** Null: it was refused, and `fault` says why. */
  readonly ms: number | null
  readonly fault?: string
}

export function sqlCrc(sql: string): number {
  return crc32OfLines(sql)
}

/** So many are kept on a host. */
export const rehearsalsKept = 5

/** With it, without an older one of the same target. */
export function withRehearsal(kept: readonly Rehearsal[], rehearsal: Rehearsal): readonly Rehearsal[] {
  return [...kept.filter(({ target }) => target !== rehearsal.target), rehearsal].slice(-rehearsalsKept)
}

/** Nothing spoke against it: every statement went, and led where it was to lead. */
export function wentWell({ databases, release }: Rehearsal): boolean {
  if (release?.verdict === 'failed') return false
  return Object.values(databases).every(one => faultsOf(one).length === 0)
}

/** What spoke against the way back and against the way up again, in words. */
export function faultsOf(one: RehearsedDatabase): readonly string[] {
  const refused = one.statements.flatMap(({ direction, migration, index, fault }) =>
    fault === undefined ? [] : [`${direction} ${migration}, statement ${index}: ${fault}`],
  )
  return [
    ...refused,
    ...(one.left === undefined ? [] : [one.left]),
    ...(one.reached !== null && one.reached !== one.wanted
      ? ['the way down led to another schema than the target’s']
      : []),
    ...(one.returned !== null && one.returned !== one.today
      ? ['the way up again led to another schema than today’s']
      : []),
  ]
}
