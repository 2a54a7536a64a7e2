import type { SchemaObject } from '../../../../state/facts.ts'
import type { Query, Row } from '../../query.ts'
import type { MysqlConfig } from '../config.ts'
import { quoteName } from '../names.ts'
import { readSchema } from '../schema/read.ts'
import type { SchemaRows } from '../schema/rows.ts'

/**
 * The schema of what stands beside, as it will be in its place: an event that sleeps until then is awake, and a default that draws
 * from a sequence, which the server writes down with its schema, draws from its own.
 */
export function schemaBeside(
  query: Query,
  { database: { database, migrations } }: MysqlConfig,
  side: string,
): Promise<readonly SchemaObject[]> {
  return readSchema(query, side, migrations === null ? [] : [migrations.table], rows => inPlace(rows, database))
}

function inPlace(rows: SchemaRows, database: string): SchemaRows {
  const own = (text: Row[string] | undefined): Row[string] =>
    typeof text === 'string'
      ? text.replaceAll(`${quoteName(database)}.`, `${quoteName(rows.database)}.`)
      : (text ?? null)
  return {
    ...rows,
    columns: rows.columns.map(row => ({ ...row, default_text: own(row['default_text']) })),
    events: rows.events.map(row => ({
      ...row,
      status: String(row['status']).endsWith('SIDE_DISABLED') ? 'ENABLED' : (row['status'] ?? null),
    })),
  }
}
