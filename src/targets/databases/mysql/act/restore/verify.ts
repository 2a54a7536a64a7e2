import type { Fault } from '../../../../../state/fault.ts'
import { few } from '../../../../../state/planner/few.ts'
import { restoreMark, type RestoreCommand } from '../../../../../state/restore-command.ts'
import { quoteName } from '../../names.ts'
import { orphanCounts } from '../../orphans.ts'
import { at, findSides, tablesOf, type Sides } from '../../restore/sides.ts'
import { fingerprintOf } from '../../../fingerprint.ts'
import { schemaBeside } from '../../restore/schema-beside.ts'
import { hasTable } from '../../seen.ts'
import { sameApplied } from '../../../../../state/migrations/applied.ts'
import { ownTables } from '../../../../../state/migrations/tables.ts'
import { trackingNow } from '../../../tracking.ts'
import { inTransaction } from '../transaction.ts'
import { markDone } from '../marks.ts'
import { choose, keepSwaps } from './choose.ts'
import { inSchema } from './claim.ts'
import { differing } from './untouched.ts'
import type { Told, Work } from './work.ts'

type Verify = Extract<RestoreCommand, { kind: 'database.verify' }>

/** What was loaded is the backup, whole, and the schema that is wanted. Every miss is named, not only the first. */
export async function verify(work: Work, command: Verify): Promise<Told | Fault> {
  const { config, session, context, evidence } = work
  const sides = await findSides(session.rows, config, context.run)
  if (sides === null) return notLoaded(config.name)
  const misses = await missesOf(work, sides, command)
  if (misses.length > 0) return notWhole(config.name, misses)
  const { tables } = command
  const { migrations: tool } = config.database
  const seeds = tables === null ? null : [...tables, ...(tool === null ? [] : ownTables(tool.tool, tool.table))]
  const swapped = await choose(work, sides, seeds)
  if ('code' in swapped) return swapped
  const apart = await differing(work, sides, swapped)
  for (const { table, says } of apart) evidence(`differs from the backup, and stays as it is today: ${table}, ${says}`)
  await inTransaction(session, async () => {
    await keepSwaps(work, sides, swapped)
    await markDone(session, context, restoreMark(command), config.now().toISOString())
  })
  const says = `whole; ${swapped.length} tables will change places: ${few(swapped)}`
  return { says, observed: { swapped, differ: apart.map(({ table }) => table) } }
}

async function missesOf(
  work: Work,
  { side }: Sides,
  { backup, fingerprint, migrations, replayed }: Verify,
): Promise<readonly string[]> {
  const { config, session, evidence } = work
  const there = at(config, side)
  const misses: string[] = []
  const expect = (what: string, got: unknown, wanted: unknown): void => {
    const same = String(got) === String(wanted)
    evidence(`${same ? 'ok  ' : 'MISS'} ${what}: ${String(got)}${same ? '' : `, expected ${String(wanted)}`}`)
    if (!same) misses.push(`${what}: expected ${String(wanted)}, got ${String(got)}`)
  }
  return inSchema(work, side, async () => {
    const loaded = await tablesOf(session.rows, side)
    await expectLoaded(work, replayed === true ? withoutRows(backup) : backup, loaded, expect)
    const declared = config.database.migrations
    if (declared !== null) {
      const { applied } = await trackingNow(session.rows, declared, quoteName, table =>
        hasTable(session.rows, there, table),
      )
      const wanted = migrations.join(' ') || 'none'
      const same = sameApplied(declared.tool, applied, migrations)
      expect('migrations', same ? wanted : applied.join(' ') || 'none', wanted)
    }
    if (fingerprint !== '')
      expect('schema fingerprint', fingerprintOf(await schemaBeside(session.rows, config, side)), fingerprint)
    for (const { what, rows } of await orphanCounts(session.rows, there)) expect(what, rows, 0)
    for (const name of loaded) {
      const checked = await session.rows(`CHECK TABLE ${quoteName(name)}`)
      const amiss = checked.filter(row => row['Msg_type'] !== 'status' && row['Msg_type'] !== 'note')
      expect(`check of ${name}`, amiss.map(row => row['Msg_text']).join('; ') || 'OK', 'OK')
    }
    return misses
  })
}

/** `expect`: told what, what was found, and what is wanted. */
export async function expectLoaded(
  { session }: Pick<Work, 'session'>,
  { tables }: Verify['backup'],
  loaded: readonly string[],
  expect: (what: string, got: unknown, wanted: unknown) => void,
): Promise<void> {
  const lacking = tables.filter(({ name }) => !loaded.includes(name)).map(({ name }) => name)
  expect('tables of the backup that are not there', few(lacking) || 'none', 'none')
  for (const { name, rows } of tables) {
    if (rows === null || lacking.includes(name)) continue
    const [row] = await session.rows(`SELECT COUNT(*) AS n FROM ${quoteName(name)}`)
    expect(`rows of ${name}`, row?.['n'], rows)
  }
}

function withoutRows(backup: Verify['backup']): Verify['backup'] {
  return { ...backup, tables: backup.tables.map(({ name }) => ({ name, rows: null })) }
}

export function notLoaded(name: string): Fault {
  return {
    code: 'database.not-loaded',
    what: `Nothing was loaded beside database ${name} by this run`,
    means: 'There is nothing to prove, and nothing was changed.',
    next: 'Retry the step that loads the backup.',
  }
}

export function notWhole(name: string, misses: readonly string[]): Fault {
  return {
    code: 'database.backup-not-whole',
    what: `What was loaded beside database ${name} is not what is needed: ${misses.join('; ')}`,
    means: 'It was not put in the place of anything: what serves is as it was.',
    next: 'Plan again with another backup; or load it once more, where the evidence of the load names a reason that is gone.',
  }
}
