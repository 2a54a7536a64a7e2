import { isDrillTrigger } from '../../databases/names.ts'
import type { MysqlConfig } from '../../databases/mysql/config.ts'
import type { Query } from '../../databases/query.ts'
import { markedIn, type Marked } from './marker.ts'

/** What of drills a server and a schema have now, each with what ends it. */
export type Found = {
  readonly marked: Marked
  /** Its time is over, by the server's clock: it does nothing any more. */
  readonly isOver: boolean
  readonly what: { readonly kind: 'session'; readonly id: number } | { readonly kind: 'trigger'; readonly name: string }
}

export async function foundIn(query: Query, { database: { database } }: MysqlConfig): Promise<readonly Found[]> {
  const sessions = await query(
    'SELECT id, info FROM information_schema.processlist WHERE id <> CONNECTION_ID() AND db = ? AND info IS NOT NULL',
    database,
  )
  const triggers = await query(
    'SELECT trigger_name AS name, action_statement AS body FROM information_schema.triggers WHERE trigger_schema = ?',
    database,
  )
  const [clock] = await query('SELECT CAST(UTC_TIMESTAMP(3) AS CHAR) AS now')
  const now = isoOf(String(clock?.['now']))
  const is = (marked: Marked) => ({ marked, isOver: marked.expiresAt <= now })
  return [
    ...sessions.flatMap(row => {
      const [id, text] = Object.values(row)
      const marked = markedIn(String(text))
      return marked === null ? [] : [{ ...is(marked), what: { kind: 'session' as const, id: Number(id) } }]
    }),
    ...triggers.flatMap(row => {
      const [name, body] = Object.values(row).map(String)
      const marked = isDrillTrigger(name ?? '') ? markedIn(body ?? '') : null
      return marked === null ? [] : [{ ...is(marked), what: { kind: 'trigger' as const, name: name ?? '' } }]
    }),
  ]
}

/** Of a moment as the server writes it, in UTC. */
export function isoOf(text: string): string {
  return new Date(`${text.replace(' ', 'T')}Z`).toISOString()
}
