import type { Pulse } from '../port.ts'
import type { Query, Row } from '../query.ts'
import { oneLine } from '../../../state/text.ts'

/** Whether it answers, how far behind it is, and what Astern has at work on it, as far as the server tells. */
export async function pulse(query: Query): Promise<Pulse> {
  const rows = await query(
    "SELECT info, time, progress FROM information_schema.processlist WHERE info LIKE '/* astern %' AND id <> CONNECTION_ID()",
  ).catch(() => withoutProgress(query))
  const [first] = rows
  return { work: first === undefined ? null : workOf(first) }
}

/** MySQL's list has no such column. */
function withoutProgress(query: Query): Promise<readonly Row[]> {
  return query(
    "SELECT info, time, 0 AS progress FROM information_schema.processlist WHERE info LIKE '/* astern %' AND id <> CONNECTION_ID()",
  )
}

function workOf(row: Row): NonNullable<Pulse['work']> {
  const [info, seconds, progress] = Object.values(row)
  const statement = oneLine(String(info).replace(/^\/\*.*?\*\/\s*/, ''), 40)
  return { statement, seconds: Number(seconds), percent: Number(progress) > 0 ? Number(progress) : null }
}
