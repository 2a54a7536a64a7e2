import type { Evidence } from '../../../outcome.ts'
import type { Query } from '../../query.ts'
import type { MysqlConfig } from '../config.ts'
import { loadGuard } from './load.ts'
import { sumTables, type SumProgress, type Summed } from './sum.ts'

/** Sums of the tables of a database, paused while its server is busy, with how far they are for whoever looks, and a line as each is done. */
export function sumsHeeded(
  { database, say }: MysqlConfig,
  query: Query,
  tables: readonly string[],
  evidence: Evidence,
  signal?: AbortSignal,
): Promise<Summed> {
  const onProgress = ({ table, rows, percent, last }: SumProgress): void => {
    say?.({ percent })
    if (last) evidence(`${table}: ${rows} rows summed up`)
  }
  const mayGoOn = loadGuard(query, {
    ...(database.maxLoad === undefined ? {} : { most: database.maxLoad }),
    ...(signal === undefined ? {} : { signal }),
    onPause: says => {
      say?.({ pauses: says })
      evidence(says ?? 'goes on')
    },
  })
  return sumTables(query, tables, {
    database: database.database,
    mayGoOn,
    onProgress,
    ...(signal === undefined ? {} : { signal }),
  })
}
