import type { Facts } from '../../state/facts.ts'
import type { Fault, Result } from '../../state/fault.ts'
import { houseStep } from '../../state/house-steps.ts'
import type { Manifest, RehearsedRows } from '../../state/manifest.ts'
import type { Plan } from '../../state/plan.ts'
import { waysOf, type Ways } from '../../state/planner/rehearsal-ways.ts'
import { sqlCrc, type RehearsedDatabase, type RehearsedStatement, type Rehearsal } from '../../state/rehearsal.ts'
import type { RehearsalCommand } from '../../state/rehearsal-command.ts'
import type { StatementCommand } from '../../state/statement-command.ts'
import type { Desk } from '../engine/desk.ts'
import { runStep } from '../engine/step.ts'

export type Rehearsing = {
  readonly desk: Desk
  readonly manifest: Manifest
  readonly facts: Facts
  readonly plan: Plan
  readonly by: string
  /** The end of the clones' names: another for each rehearsal. */
  readonly clone: string
  /** Aborted, nothing more is begun, and the clones go. */
  readonly signal: AbortSignal
}

/**
 * A plan's way back on a clone of each database it reverses, and the way up again, each command a journaled step. A clone goes
 * whatever happens; where this process is killed, the next rehearsal and the doctor find it.
 */
export async function rehearse(work: Rehearsing): Promise<Result<Rehearsal>> {
  const { desk, manifest, facts, plan, by } = work
  const at = desk.now().toISOString()
  const databases: Record<string, RehearsedDatabase> = {}
  for (const ways of waysOf(facts, manifest, plan)) {
    const done = await onClone(work, ways)
    if (!done.ok) return done
    databases[ways.database] = done.value
  }
  const digests = Object.fromEntries(Object.entries(plan.target.services).map(([key, { digest }]) => [key, digest]))
  return { ok: true, value: { at, by, target: plan.target.version, digests, databases } }
}

async function onClone(work: Rehearsing, ways: Ways): Promise<Result<RehearsedDatabase>> {
  const { database } = ways
  const { clone, manifest } = work
  const declared = manifest.databases[database]
  const rows: RehearsedRows = (declared?.kind === 'mysql' ? declared.rehearsal?.rows : undefined) ?? 'all'
  try {
    const made = await tried(work, 'clone', { kind: 'database.clone', database, clone, rows })
    if ('fault' in made) return { ok: false, fault: made.fault }
    return { ok: true, value: await goBothWays(work, ways, made.observed as Cloned) }
  } finally {
    await tried(work, 'unclone', { kind: 'database.unclone', database, clone })
  }
}

type Cloned = { readonly fingerprint: string; readonly rows: number; readonly whole: boolean }

async function goBothWays(work: Rehearsing, ways: Ways, cloned: Cloned): Promise<RehearsedDatabase> {
  const { database, downs, ups, left } = ways
  const { plan, signal } = work
  const down = await go(work, downs)
  const isDown = down.length === downs.length && !down.some(({ fault }) => fault !== undefined) && left === null
  const reached = isDown ? await reachedBy(work, database, 'down') : null
  const up = isDown ? await go(work, ups) : []
  const isUp = isDown && up.length === ups.length && !up.some(({ fault }) => fault !== undefined)
  const ended = signal.aborted ? 'it was ended before its end' : left
  return {
    today: cloned.fingerprint,
    wanted: plan.target.databases[database]?.fingerprint ?? '',
    reached,
    returned: isUp ? await reachedBy(work, database, 'up') : null,
    rows: cloned.rows,
    whole: cloned.whole,
    statements: [...down, ...up],
    ...(ended === null ? {} : { left: ended }),
  }
}

/** Up to the first that is refused: what comes after stands on it. */
async function go(work: Rehearsing, statements: readonly StatementCommand[]): Promise<readonly RehearsedStatement[]> {
  const done: RehearsedStatement[] = []
  for (const statement of statements) {
    if (work.signal.aborted) return done
    const { database, direction, migration, index, sql } = statement
    const command = { kind: 'database.rehearse', database, clone: work.clone, statement } as const
    const made = await tried(work, `${direction}.${migration}.${index}`, command)
    const one = { direction, migration, index, crc: sqlCrc(sql) }
    if ('fault' in made) return [...done, { ...one, ms: null, fault: wordsOf(made.fault) }]
    done.push({ ...one, ms: (made.observed as { ms: number }).ms })
  }
  return done
}

async function reachedBy(work: Rehearsing, database: string, way: 'down' | 'up'): Promise<string | null> {
  const made = await tried(work, `reached.${way}`, { kind: 'database.reached', database, clone: work.clone })
  return 'fault' in made ? null : (made.observed as { fingerprint: string }).fingerprint
}

const longMs = 4 * 3_600_000

async function tried(
  { desk, signal }: Rehearsing,
  what: string,
  command: RehearsalCommand,
): Promise<{ readonly observed: unknown } | { readonly fault: Fault }> {
  const step = { ...houseStep(`rehearsal.${command.database}.${what}`, 2, command), deadlineMs: longMs }
  await runStep(desk, step, command.kind === 'database.clone' ? signal : undefined)
  const state = desk.state().steps[step.id]
  if (state?.fault != null) return { fault: state.fault }
  return { observed: state?.observed ?? null }
}

/** The server's own words: a precheck's answer in earnest. */
function wordsOf({ what, detail }: Fault): string {
  return detail === undefined ? what : detail
}
