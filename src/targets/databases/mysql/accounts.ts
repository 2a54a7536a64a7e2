import type { Query } from '../query.ts'
import { isAmong, type Fence } from './fenced.ts'
import { Refused } from './trouble.ts'

/** Declared writers that the server does not have. */
export async function missingAmong(query: Query, writers: readonly string[]): Promise<readonly string[]> {
  const found: string[] = []
  for (const account of writers) if ((await isLocked(query, account)) === null) found.push(account)
  return found
}

/** Null: the server has no such account. */
export async function isLocked(query: Query, account: string): Promise<boolean | null> {
  try {
    const [shown] = await query(`SHOW CREATE USER ${quoteAccount(account)}`)
    return /\bACCOUNT LOCK\b/i.test(String(Object.values(shown ?? {})[0]))
  } catch (error) {
    if (error instanceof Refused && noSuchUser.has(error.errno)) return null
    throw error
  }
}

/** As MariaDB has it, and MySQL. */
const noSuchUser: ReadonlySet<number> = new Set([1133, 1141, 1396, 3162])

/** Whose sessions are taken for a writer's, and who is let in by an account of their own: of two, the server takes the one that names the host more closely. */
export async function sideDoors(
  query: Query,
  { writers, readers }: Pick<Fence, 'writers' | 'readers'>,
): Promise<readonly string[]> {
  const found: string[] = []
  for (const user of new Set(writers.map(account => account.slice(0, account.lastIndexOf('@'))))) {
    const rows = await query("SELECT Host AS host FROM mysql.user WHERE User = ? AND Host <> ''", user)
    for (const host of rows.map(row => String(row['host']))) {
      const account = `${user}@${host}`
      if (writers.includes(account) || readers.includes(account) || !isAmong({ user, host }, writers)) continue
      if ((await isLocked(query, account)) === false) found.push(account)
    }
  }
  return found
}

/** `shop@%` as a statement has it: 'shop'@'%'. */
export function quoteAccount(account: string): string {
  const at = account.lastIndexOf('@')
  return [account.slice(0, at), account.slice(at + 1)]
    .map(part => `'${part.replaceAll("'", "''").replaceAll('\\', '')}'`)
    .join('@')
}
