import { createHash } from 'node:crypto'
import type { SchemaObject } from '../../../state/facts.ts'
import { canonical, type Json } from '../../../state/json.ts'
import type { Query } from '../query.ts'
import { quoteName } from './names.ts'

export async function readSchema(
  query: Query,
  database: string,
  leaveOut: readonly string[],
): Promise<readonly SchemaObject[]> {
  const rows = await query(
    'SELECT table_name AS name, table_type AS type FROM information_schema.tables WHERE table_schema = ? ORDER BY table_name',
    database,
  )
  const objects: SchemaObject[] = []
  for (const { name, type } of rows) {
    if (String(name).startsWith('_astern_') || leaveOut.includes(String(name))) continue
    const [row] = await query(`SHOW CREATE TABLE ${quoteName(database)}.${quoteName(String(name))}`)
    const text = String(Object.values(row ?? {})[1]).replace(/ AUTO_INCREMENT=\d+/, '')
    objects.push({ kind: type === 'VIEW' ? 'view' : 'table', name: String(name), definition: text })
  }
  return objects
}

export function fingerprintOf(schema: readonly SchemaObject[]): string {
  return createHash('sha256')
    .update(canonical(schema as unknown as Json))
    .digest('hex')
    .slice(0, 32)
}
