import type { Query } from '../../query.ts'

/** What of a session changes how a value reads as text, as it is while sums are made. */
export const sumSettings: Readonly<Record<string, string>> = {
  time_zone: '+00:00',
  sql_mode: '',
  character_set_connection: 'binary',
}

/** Puts the session back as it was. */
export async function underSumSettings<T>(query: Query, work: () => Promise<T>): Promise<T> {
  const names = Object.keys(sumSettings)
  const [before] = await query(
    `SELECT ${names.map(name => `@@SESSION.${name} AS ${name}`).join(', ')}, @@SESSION.collation_connection AS collation_connection`,
  )
  const set = (values: Readonly<Record<string, unknown>>): Promise<unknown> =>
    query(
      `SET ${Object.keys(values)
        .map(name => `SESSION ${name} = ?`)
        .join(', ')}`,
      ...Object.values(values).map(String),
    )
  await set(sumSettings)
  try {
    return await work()
  } finally {
    const { character_set_connection: _, ...rest } = before ?? {}
    await set(rest)
  }
}
