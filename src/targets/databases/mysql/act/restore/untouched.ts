import { quoteName } from '../../names.ts'
import { at, sequencesOf, tablesOf, within, type Sides } from '../../restore/sides.ts'
import type { Typed } from '../../columns.ts'
import { columnsOf } from '../../seen.ts'
import { rowDigest } from '../seal.ts'
import type { Work } from './work.ts'

/** Tables that stay and are not as the backup has them: written since, or damaged then or now. Told, and no reason to stop. */
export async function differing(
  { config, session }: Work,
  { side }: Sides,
  swapped: readonly string[],
): Promise<readonly { readonly table: string; readonly says: string }[]> {
  const { database } = config.database
  const there = await tablesOf(session.rows, side)
  const out = [...swapped, ...(await sequencesOf(session.rows, side))]
  const stay = (await tablesOf(session.rows, database)).filter(name => there.includes(name) && !out.includes(name))
  const found: { table: string; says: string }[] = []
  for (const table of stay) {
    const columns = await columnsOf(session.rows, config, table)
    const others = await columnsOf(session.rows, at(config, side), table)
    const names = columns.map(({ name }) => name)
    if (names.join() !== others.map(({ name }) => name).join()) {
      found.push({ table, says: 'its columns are others' })
      continue
    }
    const [now, then] = [
      await sum(session.rows, database, table, columns),
      await sum(session.rows, side, table, columns),
    ]
    if (now.rows !== then.rows || now.sum !== then.sum)
      found.push({
        table,
        says: `${then.rows} rows then, ${now.rows} now${now.rows === then.rows ? ', of other content' : ''}`,
      })
  }
  return found
}

async function sum(
  query: Work['session']['rows'],
  schema: string,
  table: string,
  columns: readonly Typed[],
): Promise<{ readonly rows: number; readonly sum: string }> {
  const [row] = await query(
    `SELECT COUNT(*) AS n, BIT_XOR(CAST(CONV(LEFT(${rowDigest(columns)}, 15), 16, 10) AS UNSIGNED)) AS s FROM ${within(schema, table)} ${quoteName('t')}`,
  )
  return { rows: Number(row?.['n']), sum: String(row?.['s']) }
}
