import type { Effect, Statement } from '../../../../state/facts.ts'
import { effectsIn } from '../../../../state/sql/effects-in.ts'
import type { Query } from '../../query.ts'
import { count } from './count.ts'
import { Model } from './model.ts'
import type { Precheck } from '../../../../state/planner/prechecked.ts'
import { readReferences, readTables } from './schema.ts'
import { walk } from './walk.ts'

/**
 * What would make these statements fail in strict mode, one after the other, before the first is run. Only looks. What an
 * earlier statement changes is told as not known, never as passed.
 */
export async function prechecks(
  statements: readonly Statement[],
  query: Query,
  database: string,
): Promise<readonly Precheck[]> {
  const names = [...new Set(statements.flatMap(effectsIn).flatMap(tablesOf))]
  const [server] = await query('SELECT @@lower_case_table_names AS folded, VERSION() AS version')
  const fold = Number(server?.['folded']) > 0
  const isMariaDb = /mariadb/i.test(String(server?.['version']))
  const tables = (await readTables(query, database, names)).filter(({ name }) => fold || names.includes(name))
  const references = await readReferences(query, database, names)
  const model = new Model(tables, references, { fold, isMariaDb })
  const keys = new Map(
    tables.map(({ name, indexes }) => [name, indexes.find(index => index.name === 'PRIMARY')?.columns ?? []]),
  )
  const found = walk(model, statements)
  const counted = await count(query, found.questions, keys)
  return [...found.prechecks, ...counted].sort((one, other) => one.statement - other.statement)
}

function tablesOf(effect: Effect): readonly string[] {
  const own = 'table' in effect && effect.table !== undefined ? [effect.table] : []
  if (effect.kind === 'reference') return [...own, effect.to.table]
  return effect.kind === 'rename' && effect.column === undefined && effect.to !== undefined ? [...own, effect.to] : own
}
