import type { InjectFault } from '../../../../state/drill/command.ts'
import type { Query } from '../../../databases/query.ts'
import { isoOf } from '../seen.ts'
import { markerOf, type Marked } from '../marker.ts'

export type Put = { readonly fault: InjectFault; readonly run: string; readonly environment: string }

/** When it is over by the clock of the server, as that writes it, and the mark that says so. */
export async function timed(query: Query, { fault, run, environment }: Put) {
  const sql = 'SELECT CAST(UTC_TIMESTAMP(3) + INTERVAL ? MICROSECOND AS CHAR) AS until'
  const [row] = await query(sql, fault.expiresMs * 1_000)
  const until = String(row?.['until'])
  const marked: Marked = { run, environment, injected: fault, expiresAt: isoOf(until) }
  return { until, marker: markerOf(marked) }
}
