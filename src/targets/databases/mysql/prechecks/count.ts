import type { Json } from '../../../../state/json.ts'
import { oneLine } from '../../../../state/text.ts'
import type { Query } from '../../query.ts'
import { quoteName } from '../names.ts'
import type { Precheck } from '../../../../state/planner/prechecked.ts'
import { sql, type Question, type Sql } from './precheck.ts'

type RowQuestion = Question & { readonly kind: 'row' }

/** Asks every question: those about single rows of a table in one pass over it. `keys`: primary keys, by table. */
export async function count(
  query: Query,
  questions: readonly Question[],
  keys: ReadonlyMap<string, readonly string[]>,
): Promise<readonly Precheck[]> {
  const found: Precheck[] = []
  for (const pass of passes(questions)) {
    const columns = pass.map(({ where }, index) => `COUNT(CASE WHEN ${where.sql} THEN 1 END) AS n${index}`)
    const [counted = {}] = await query(
      `SELECT ${columns.join(', ')} FROM ${quoteName(pass[0]?.real ?? '')}`,
      ...pass.flatMap(({ where }) => where.args),
    )
    for (const [index, question] of pass.entries()) await tell(question, Number(counted[`n${index}`]), question.where)
  }
  for (const question of questions) {
    if (question.kind === 'row') continue
    const where = question.kind === 'same' ? sameRows(question) : aloneRows(question)
    const [row] = await query(
      `SELECT COUNT(*) AS n FROM ${quoteName(question.real)} AS t WHERE ${where.sql}`,
      ...where.args,
    )
    await tell(question, Number(row?.['n']), where)
  }
  return found

  async function tell(question: Question, rows: number, where: Sql): Promise<void> {
    if (rows === 0) return
    const { statement, table, what, unlessDeletedBy } = question
    if (unlessDeletedBy !== null) {
      found.push({ statement, table, what: `${what}: not known before ${unlessDeletedBy}`, rows: null, examples: [] })
      return
    }
    const examples = await examplesOf(query, question.real, keys.get(question.real) ?? [], where)
    found.push({ statement, table, what, rows, examples })
  }
}

/** A condition that came as text goes alone: a question mark in it is no place for a value. */
function passes(questions: readonly Question[]): readonly (readonly RowQuestion[])[] {
  const all = questions.filter(question => question.kind === 'row')
  const isPlain = ({ where }: RowQuestion): boolean => where.sql.split('?').length - 1 === where.args.length
  const tables = [...new Set(all.filter(isPlain).map(({ real }) => real))]
  return [
    ...tables.map(table => all.filter(question => question.real === table && isPlain(question))),
    ...all.filter(question => !isPlain(question)).map(question => [question]),
  ]
}

function sameRows({ real, by, among }: Question & { readonly kind: 'same' }): Sql {
  const columns = by.map(part => part.sql).join(', ')
  return sql(
    `(${columns}) IN (SELECT ${columns} FROM ${quoteName(real)} WHERE ${among.sql} GROUP BY ${columns} HAVING COUNT(*) > 1)`,
  )
}

function aloneRows({ columns, parent, parentColumns }: Question & { readonly kind: 'alone' }): Sql {
  const filled = columns.map(name => `t.${quoteName(name)} IS NOT NULL`)
  const same = columns.map((name, index) => `p.${quoteName(parentColumns[index] ?? '')} = t.${quoteName(name)}`)
  return sql(
    `${filled.join(' AND ')} AND NOT EXISTS (SELECT 1 FROM ${quoteName(parent)} AS p WHERE ${same.join(' AND ')})`,
  )
}

async function examplesOf(query: Query, table: string, key: readonly string[], where: Sql): Promise<readonly string[]> {
  if (key.length === 0) return []
  const columns = key.map(name => `t.${quoteName(name)}`).join(', ')
  const rows = await query(
    `SELECT ${columns} FROM ${quoteName(table)} AS t WHERE ${where.sql} ORDER BY ${columns} LIMIT 3`,
    ...(where.args as Json[]),
  )
  return rows.map(row => oneLine(Object.values(row).map(String).join(', '), 80))
}
