import type { Pulse } from '../port.ts'
import type { Query, Row } from '../query.ts'
import { oneLine } from '../../../state/text.ts'
import { waitsFor } from './blockers.ts'
import type { MysqlConfig } from './config.ts'

/** Whether it answers, and what Astern has at work on it, as far as the server tells. */
export async function pulse(query: Query, config: MysqlConfig): Promise<Pulse> {
  const rows = await query(
    "SELECT id, info, time, progress FROM information_schema.processlist WHERE info LIKE '/* astern %' AND id <> CONNECTION_ID()",
  ).catch(() => withoutProgress(query))
  const [first] = rows
  if (first === undefined) return { work: null }
  const waiting = await waitsFor(query, config, Number(Object.values(first)[0]))
  return { work: { ...workOf(first), ...(waiting === null ? {} : { waitsFor: waiting }) } }
}

/** MySQL's list has no such column. */
function withoutProgress(query: Query): Promise<readonly Row[]> {
  return query(
    "SELECT id, info, time, 0 AS progress FROM information_schema.processlist WHERE info LIKE '/* astern %' AND id <> CONNECTION_ID()",
  )
}

function workOf(row: Row): NonNullable<Pulse['work']> {
  const [, info, seconds, progress] = Object.values(row)
  const statement = oneLine(String(info).replace(/^\/\*.*?\*\/\s*/, ''), 40)
  return { statement, seconds: Number(seconds), percent: Number(progress) > 0 ? Number(progress) : null }
}
