import type { Fault } from '../../../../../state/fault.ts'
import { restoreMark, type RestoreCommand } from '../../../../../state/restore-command.ts'
import { conflicts } from '../../../names.ts'
import { quoteName } from '../../names.ts'
import { parentsFirst, tiesOf } from '../../restore/closure.ts'
import { shapeOf, sinceTable } from '../../restore/shape.ts'
import { findSides, sequencesOf, swappedTables, within } from '../../restore/sides.ts'
import { tagOf } from '../../tag.ts'
import { ensureMarks, markDone } from '../marks.ts'
import { ensureConflicts } from '../put-back.ts'
import { inTransaction } from '../transaction.ts'
import { nothingBeside } from './nothing-beside.ts'
import type { Told, Work } from './work.ts'
import { keepConflicts, noteReturned } from './salvage-conflicts.ts'
import { isOfRows, returnByContent, waysBack, type Back, type Way } from './salvage-rows.ts'

/**
 * What the swap left behind returns, by primary key:
 * - a row inserted since the backup, where its key is free and the schema takes it;
 * - a row updated since, where the restored row is to the byte the one that was in the backup, in all columns that both have;
 * - a row deleted since goes again, under the same condition, and where no row refers to it.
 * What is there already as it was wanted counts as returned. All else is a conflict, with both sides and the reason; so is each
 * value of a column that the restored schema has not, although its row returns. No row is half returned, and nothing is cut to fit.
 *
 * Rows that need each other are tried again as long as some return. All of it is one transaction, with its marker.
 */
export async function salvage(
  work: Work,
  command: Extract<RestoreCommand, { kind: 'database.salvage' }>,
): Promise<Told | Fault> {
  const { config, session, context, evidence } = work
  const backs = await backsOf(work, context.run)
  if (backs === null) return nothingBeside(config.name)
  const on = await triggersOn(work, backs)
  if (on.length > 0) return triggered(config.name, on)
  await ensureMarks(session)
  await ensureConflicts(session)
  const tag = tagOf(context, restoreMark(command))
  return strictly(work, () =>
    inTransaction(session, async () => {
      const returned = await returnAll(work, backs, tag)
      const counts: { table: string; returned: number; conflicts: number }[] = []
      for (const back of backs) {
        await session.run(
          `DELETE FROM ${quoteName(conflicts)} WHERE run = ? AND tbl = ?`,
          context.run,
          back.shape.table,
        )
        const left = await keepConflicts(session, back, context)
        await noteReturned(session, back)
        counts.push({ table: back.shape.table, returned: returned.get(back) ?? 0, conflicts: left })
      }
      for (const one of counts.filter(({ returned: rows, conflicts: left }) => rows + left > 0))
        evidence(`${one.table}: ${one.returned} rows returned, ${one.conflicts} conflicts`)
      await markDone(session, context, restoreMark(command), config.now().toISOString())
      const total = (what: 'returned' | 'conflicts'): number => counts.reduce((sum, one) => sum + one[what], 0)
      return { says: `${total('returned')} rows returned, ${total('conflicts')} conflicts`, observed: counts }
    }),
  )
}

/** Parents first. Tables that only one side has hold nothing that could return into the other; the tool's own stays the backup's. */
async function backsOf({ config, session }: Work, run: string): Promise<readonly Back[] | null> {
  const { database, migrations } = config.database
  const sides = await findSides(session.rows, config, run)
  if (sides === null) return null
  const rowless = await sequencesOf(session.rows, database)
  const both = (await swappedTables(session.rows, run))
    .filter(({ table, today, backup }) => today && backup && table !== migrations?.table && !rowless.includes(table))
    .map(({ table }) => table)
  const ties = (await tiesOf(session.rows, database)).filter(({ parentSchema }) => parentSchema === database)
  const backs: Back[] = []
  for (const table of parentsFirst(
    both,
    ties.filter(({ schema }) => schema === database),
  )) {
    const shape = await shapeOf(session.rows, config, table, { now: sides.old, backup: database })
    backs.push({
      shape,
      behind: within(sides.old, table),
      restored: within(database, table),
      since: sinceTable(sides, table),
      ties: ties.filter(({ parent }) => parent === table),
    })
  }
  return backs
}

async function returnAll(work: Work, backs: readonly Back[], tag: string): Promise<ReadonlyMap<Back, number>> {
  const returned = new Map<Back, number>()
  const count = (back: Back, rows: number): number => {
    returned.set(back, (returned.get(back) ?? 0) + rows)
    return rows
  }
  for (const back of backs.filter(({ shape }) => shape.keys.length === 0))
    count(back, await returnByContent(work.session, back, tag))
  const keyed = backs.filter(({ shape }) => shape.keys.length > 0).map(back => ({ back, ways: waysBack(back) }))
  for (let changed = 1; changed > 0; ) {
    changed = 0
    for (const { back, ways } of keyed.toReversed()) changed += count(back, await go(work, back, ways.deleted, tag))
    for (const { back, ways } of keyed) changed += count(back, await go(work, back, ways.inserted, tag))
    for (const { back, ways } of keyed) changed += count(back, await go(work, back, ways.updated, tag))
  }
  return returned
}

/** All at once; where one of them is refused, one by one, and whoever is refused stays behind. */
async function go({ session }: Work, { since }: Back, { how, sql }: Way, tag: string): Promise<number> {
  try {
    return await session.run(`${tag} ${sql('1')}`)
  } catch (error) {
    if (!isOfRows(error)) throw error
  }
  let rows = 0
  for (const { id } of await session.rows(`SELECT _astern_id AS id FROM ${since} WHERE _astern_how = ?`, how))
    try {
      rows += await session.run(`${tag} ${sql(`s._astern_id = ${Number(id)}`)}`)
    } catch (error) {
      if (!isOfRows(error)) throw error
    }
  return rows
}

/** A value that does not fit is refused, not cut; odd old dates and zeros stay what they are. */
async function strictly<T>({ session }: Work, work: () => Promise<T>): Promise<T> {
  await session.run(
    "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES,NO_ENGINE_SUBSTITUTION'",
  )
  return work().finally(() => session.run('SET SESSION sql_mode = DEFAULT').catch(() => undefined))
}

async function triggersOn({ config, session }: Work, backs: readonly Back[]): Promise<readonly string[]> {
  const rows = await session.rows(
    'SELECT trigger_name AS name, event_object_table AS tbl FROM information_schema.triggers WHERE trigger_schema = ?',
    config.database.database,
  )
  return rows
    .filter(({ tbl }) => backs.some(({ shape }) => shape.table === String(tbl)))
    .map(({ name, tbl }) => `${String(name)} on ${String(tbl)}`)
}

function triggered(name: string, on: readonly string[]): Fault {
  return {
    code: 'database.triggers-on',
    what: `Triggers are on tables of database ${name} that rows would return into: ${on.join(', ')}`,
    means: 'What they did when the rows were first written would be done a second time. Nothing returned.',
    next: 'Fence the writers and take the triggers off first: retry the steps before this one.',
  }
}
