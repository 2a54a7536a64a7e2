import type { Lossy } from '../../../state/command.ts'
import type { Migration } from '../../../state/facts.ts'
import type { AtRisk } from '../../../state/plan.ts'
import { asSpelled, lossesOf } from '../../../state/sql/losses.ts'
import type { Query } from '../query.ts'
import type { MysqlConfig } from './config.ts'
import { quoteName } from './names.ts'
import { columnsOf, hasTable, schemaNow } from './seen.ts'

/** Rows, and values that are not NULL, that reversals would take away or overwrite. What is not there yet is left out. */
export async function countAtRisk(
  query: Query,
  config: MysqlConfig,
  migrations: readonly Migration[],
): Promise<readonly AtRisk[]> {
  const schema = await schemaNow(query, config)
  const tables = schema.flatMap(({ kind, name }) => (kind === 'table' ? [name] : []))
  return countEach(query, config, lossesOf(asSpelled(migrations, tables), schema))
}

export async function countEach(
  query: Query,
  config: MysqlConfig,
  lossy: readonly Lossy[],
): Promise<readonly AtRisk[]> {
  const risks: AtRisk[] = []
  for (const { table, column } of lossy) {
    if (!(await hasTable(query, config, table))) continue
    if (
      column !== null &&
      !(await columnsOf(query, config, table)).some(({ name }) => name.toLowerCase() === column.toLowerCase())
    )
      continue
    const where = column === null ? '' : `WHERE ${quoteName(column)} IS NOT NULL`
    const [row] = await query(`SELECT COUNT(*) AS n FROM ${quoteName(table)} ${where}`)
    risks.push({ database: config.name, table, column, rows: Number(row?.['n']), archived: false })
  }
  return risks
}
