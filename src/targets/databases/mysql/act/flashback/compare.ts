import { conflicts } from '../../../names.ts'
import { jsonOf, keyText, of, onKeys } from '../../columns.ts'
import { quoteName } from '../../names.ts'
import { tiesOf } from '../../restore/closure.ts'
import { quoted, sameIn } from '../../restore/shape.ts'
import { within } from '../../restore/sides.ts'
import { columnsOf, keyOf, type Column } from '../../seen.ts'
import type { Work } from '../restore/work.ts'
import type { Beside } from './beside.ts'

type Keyed = { readonly table: string; readonly keys: readonly string[]; readonly columns: readonly Column[] }

/** Each key that changes touch: `lo` the first of them, `hi` the last. */
function touched({ keys, table }: Keyed, beside: Beside): string {
  const all = [beside.before(table), beside.after(table)].map(from => `SELECT ${quoted(keys)}, _astern_n FROM ${from}`)
  return `(SELECT ${quoted(keys)}, MIN(_astern_n) AS lo, MAX(_astern_n) AS hi FROM (${all.join(' UNION ALL ')}) x GROUP BY ${quoted(keys)})`
}

/**
 * Rows that do not stand as the first change finds them, kept as conflicts; and rows that would go and that others refer to. `present` is what
 * stands there, `archived` what the row would become.
 */
export async function conflictsIn(work: Work, beside: Beside, tables: readonly string[]): Promise<number> {
  const { config, session, context } = work
  let found = 0
  for (const table of tables) {
    const one = await keyed(work, table)
    await session.run(`DELETE FROM ${quoteName(conflicts)} WHERE run = ? AND tbl = ?`, context.run, table)
    const { keys, columns } = one
    const [there, stood] = [`${of(keys[0] ?? '', 'o')} IS NOT NULL`, `${of(keys[0] ?? '', 'b')} IS NOT NULL`]
    const typed = columns.filter(({ name }) => keys.includes(name))
    found += await session.run(
      `${into} SELECT ?, ?, ${keyText(typed, 'f')}, IF(NOT (${there}), 'deleted since', IF(${stood}, 'changed since', 'taken')),
          IF(a._astern_n IS NULL, '{}', ${jsonOf(columns, 'a')}), IF(${there}, ${jsonOf(columns, 'o')}, NULL)
        FROM ${touched(one, beside)} f
          LEFT JOIN ${beside.before(table)} b ON b._astern_n = f.lo AND ${onKeys(keys, 'b', 'f')}
          LEFT JOIN ${beside.after(table)} a ON a._astern_n = f.hi AND ${onKeys(keys, 'a', 'f')}
          LEFT JOIN ${quoteName(table)} o ON ${onKeys(keys, 'o', 'f')}
        WHERE (${there}) <> (${stood}) OR ((${there}) AND (${stood}) AND NOT (${sameIn(columns, 'o', 'b')}))`,
      context.run,
      table,
    )
  }
  return found + (await referredTo(work, beside, tables, config.database.database))
}

const into = `INSERT INTO ${quoteName(conflicts)} (run, tbl, row_key, why, archived, present)`

/** A foreign key would refuse that such a row goes, or take along what refers to it. */
async function referredTo(work: Work, beside: Beside, tables: readonly string[], schema: string): Promise<number> {
  const { session, context } = work
  let found = 0
  const ties = (await tiesOf(session.rows, schema)).filter(
    tie => tie.parentSchema === schema && tables.includes(tie.parent),
  )
  for (const { schema: from, child, parent, columns, parentColumns } of ties) {
    const one = await keyed(work, parent)
    const typed = one.columns.filter(({ name }) => one.keys.includes(name))
    const refers = columns
      .map((name, index) => `${of(name, 'c')} = ${of(parentColumns[index] ?? '', 'b')}`)
      .join(' AND ')
    const stays = from === schema && tables.includes(child) ? ` AND NOT ${await goes(work, beside, child)}` : ''
    found += await session.run(
      `${into.replace('INSERT', 'INSERT IGNORE')} SELECT DISTINCT ?, ?, ${keyText(typed, 'f')}, 'referred to', '{}', NULL
        FROM ${touched(one, beside)} f
          JOIN ${beside.before(parent)} b ON b._astern_n = f.lo AND ${onKeys(one.keys, 'b', 'f')}
          LEFT JOIN ${beside.after(parent)} a ON a._astern_n = f.hi AND ${onKeys(one.keys, 'a', 'f')}
          JOIN ${within(from, child)} c ON ${refers}
        WHERE a._astern_n IS NULL${stays}`,
      context.run,
      parent,
    )
  }
  return found
}

/** Whether a row `c` of a table is touched, and by its last change gone or another's. */
async function goes(work: Work, beside: Beside, table: string): Promise<string> {
  const one = await keyed(work, table)
  return `EXISTS (SELECT 1 FROM ${touched(one, beside)} g LEFT JOIN ${beside.after(table)} h ON h._astern_n = g.hi AND ${onKeys(one.keys, 'h', 'g')} WHERE ${onKeys(one.keys, 'g', 'c')} AND h._astern_n IS NULL)`
}

/** Rows that are not what the last change leaves. */
export async function amissAfter(work: Work, beside: Beside, tables: readonly string[]): Promise<number> {
  let found = 0
  for (const table of tables) {
    const one = await keyed(work, table)
    const [there, left] = [`${of(one.keys[0] ?? '', 'o')} IS NOT NULL`, 'a._astern_n IS NOT NULL']
    const [row] = await work.session.rows(
      `SELECT COUNT(*) AS n FROM ${touched(one, beside)} f
          LEFT JOIN ${beside.after(table)} a ON a._astern_n = f.hi AND ${onKeys(one.keys, 'a', 'f')}
          LEFT JOIN ${quoteName(table)} o ON ${onKeys(one.keys, 'o', 'f')}
        WHERE (${there}) <> (${left}) OR ((${there}) AND (${left}) AND NOT (${sameIn(one.columns, 'o', 'a')}))`,
    )
    found += Number(row?.['n'])
  }
  return found
}

async function keyed({ config, session }: Work, table: string): Promise<Keyed> {
  const columns = await columnsOf(session.rows, config, table)
  return {
    table,
    keys: await keyOf(session.rows, config, table),
    columns: columns.filter(({ generated }) => !generated),
  }
}

/** A few of them, for people. */
export async function someConflicts({ session, context }: Work): Promise<readonly string[]> {
  const rows = await session.rows(
    `SELECT tbl, row_key, why FROM ${quoteName(conflicts)} WHERE run = ? ORDER BY tbl, row_key LIMIT 20`,
    context.run,
  )
  return rows.map(({ tbl, row_key: key, why }) => `${String(tbl)} ${String(key)} (${String(why)})`)
}
