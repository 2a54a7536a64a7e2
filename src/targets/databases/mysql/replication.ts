import type { ServerFact } from '../../../state/facts.ts'
import type { Query, Row } from '../query.ts'
import { LinkLost } from './trouble.ts'

/** Whom it replicates from, and how far behind; null where that may not be seen. */
export async function replicationOf(query: Query): Promise<Pick<ServerFact, 'replicaOf' | 'lagSeconds'>> {
  const rows = await firstThat(query, ['SHOW ALL SLAVES STATUS', 'SHOW REPLICA STATUS', 'SHOW SLAVE STATUS'])
  if (rows === null) return { replicaOf: null, lagSeconds: null }
  const [row] = rows
  if (row === undefined) return { replicaOf: 'none', lagSeconds: 0 }
  const value = (...names: readonly string[]) => names.map(name => row[name]).find(found => found !== undefined)
  const lag = value('Seconds_Behind_Master', 'Seconds_Behind_Source')
  return { replicaOf: String(value('Master_Host', 'Source_Host')), lagSeconds: lag == null ? null : Number(lag) }
}

/** Servers differ in the words of it, and accounts in their right to it. */
export async function firstThat(query: Query, statements: readonly string[]): Promise<readonly Row[] | null> {
  for (const statement of statements)
    try {
      return await query(statement)
    } catch (error) {
      if (error instanceof LinkLost) throw error
    }
  return null
}
