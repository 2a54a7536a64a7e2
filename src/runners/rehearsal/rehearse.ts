import type { Fault, Result } from '../../state/fault.ts'
import { houseStep } from '../../state/house-steps.ts'
import type { RehearsedRows } from '../../state/manifest.ts'
import { waysOf, type Ways } from '../../state/planner/rehearsal-ways.ts'
import { sqlCrc, type RehearsedDatabase, type RehearsedStatement, type Rehearsal } from '../../state/rehearsal.ts'
import type { RehearsalCommand } from '../../state/rehearsal-command.ts'
import type { StatementCommand } from '../../state/statement-command.ts'
import { runStep } from '../engine/step.ts'
import type { Rehearsing } from './rehearsing.ts'
import { onTodaysSchema } from './release.ts'

/**
 * A plan's way back on clones of the databases it reverses: first, where the manifest says how, the target's own checks on today's schema, as
 * they would be if services went first; then the way down, and the way up again. Each command is a journaled step. Clones go whatever
 * happens; where this process is killed, the next rehearsal and the doctor find them.
 */
export async function rehearse(work: Rehearsing): Promise<Result<Rehearsal>> {
  const { desk, manifest, facts, plan, by } = work
  const at = desk.now().toISOString()
  const all = waysOf(facts, manifest, plan)
  const begun: string[] = []
  try {
    const clones = new Map<string, Cloned>()
    for (const { database } of all) {
      begun.push(database)
      const made = await clone(work, database)
      if (!made.ok) return made
      clones.set(database, made.value)
    }
    const places = Object.fromEntries([...clones].map(([name, { place }]) => [name, place]))
    const release = await onTodaysSchema(work, places)
    const databases: Record<string, RehearsedDatabase> = {}
    for (const ways of all) {
      const cloned = clones.get(ways.database)
      if (cloned !== undefined) databases[ways.database] = await goBothWays(work, ways, cloned)
    }
    const digests = Object.fromEntries(Object.entries(plan.target.services).map(([key, { digest }]) => [key, digest]))
    const found = { at, by, target: plan.target.version, digests, databases }
    return { ok: true, value: release === null ? found : { ...found, release } }
  } finally {
    for (const database of begun)
      await tried(work, 'unclone', { kind: 'database.unclone', database, clone: work.clone })
  }
}

async function clone(work: Rehearsing, database: string): Promise<Result<Cloned>> {
  const declared = work.manifest.databases[database]
  const rows: RehearsedRows = (declared?.kind === 'mysql' ? declared.rehearsal?.rows : undefined) ?? 'all'
  const made = await tried(work, 'clone', { kind: 'database.clone', database, clone: work.clone, rows })
  return 'fault' in made ? { ok: false, fault: made.fault } : { ok: true, value: made.observed as Cloned }
}

type Cloned = {
  readonly fingerprint: string
  readonly rows: number
  readonly whole: boolean
  readonly place: string
}

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
