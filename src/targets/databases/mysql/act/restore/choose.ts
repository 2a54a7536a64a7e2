import type { Fault } from '../../../../../state/fault.ts'
import { few } from '../../../../../state/planner/few.ts'
import { swaps } from '../../../names.ts'
import { quoteName } from '../../names.ts'
import { closureOf, tiesOf } from '../../restore/closure.ts'
import { tablesOf, type Sides } from '../../restore/sides.ts'
import type { Work } from './work.ts'

/** Which tables change places: what is to be restored (null: all), and all that foreign keys tie to it. Nothing of another schema may be. */
export async function choose(
  { config, session }: Work,
  { side }: Sides,
  tables: readonly string[] | null,
): Promise<readonly string[] | Fault> {
  const { database } = config.database
  const [today, backup] = [await tablesOf(session.rows, database), await tablesOf(session.rows, side)]
  const ties = [...(await tiesOf(session.rows, database)), ...(await tiesOf(session.rows, side))]
  const known = new Set([...today, ...backup])
  const seeds = tables ?? [...known]
  const own = ties.filter(({ schema, parentSchema }) => schema === parentSchema)
  const swapped = closureOf(seeds, own).filter(table => known.has(table))
  const outside = ties.filter(
    ({ schema, parentSchema, parent }) =>
      schema !== parentSchema && schema !== side && parentSchema === database && swapped.includes(parent),
  )
  return outside.length === 0
    ? swapped
    : tiedOutside(
        config.name,
        outside.map(({ schema, child, parent }) => `${schema}.${child} refers to ${parent}`),
      )
}

/** In the transaction of the marker that says they are chosen. */
export async function keepSwaps(
  { config, session, context }: Work,
  { side }: Sides,
  swapped: readonly string[],
): Promise<void> {
  const [today, backup] = [await tablesOf(session.rows, config.database.database), await tablesOf(session.rows, side)]
  await session.run(`DELETE FROM ${quoteName(swaps)} WHERE run = ?`, context.run)
  for (const table of swapped)
    await session.run(
      `INSERT INTO ${quoteName(swaps)} (run, tbl, today, backup) VALUES (?, ?, ?, ?)`,
      context.run,
      table,
      today.includes(table) ? 1 : 0,
      backup.includes(table) ? 1 : 0,
    )
}

function tiedOutside(name: string, ties: readonly string[]): Fault {
  return {
    code: 'database.tied-outside',
    what: `Tables of other schemas refer to what would be restored of database ${name}: ${few(ties)}`,
    means:
      'Their foreign keys would go on pointing at the tables that leave. Nothing was put in the place of anything.',
    next: 'Drop these foreign keys by hand and note them, retry, and add them again afterwards.',
  }
}
