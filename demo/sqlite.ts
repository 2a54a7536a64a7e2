import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { ShopDatabase } from './database.ts'

/** A file below the shop's root: nothing else is needed. */
export function openSqlite(root: string): ShopDatabase {
  mkdirSync(join(root, 'data'), { recursive: true, mode: 0o700 })
  const file = join(root, 'data', 'shop.db')
  const using = async <T>(use: (database: DatabaseSync) => T): Promise<T> => {
    const database = new DatabaseSync(file, { timeout: 5000 })
    try {
      return use(database)
    } finally {
      database.close()
    }
  }
  return {
    kind: 'sqlite',
    place: file,
    shopDb: file,
    declared: { sqlite: { file } },
    env: {},
    run: script => using(database => database.exec(`PRAGMA journal_mode = WAL; ${script}`)),
    rows: sql => using(database => database.prepare(sql).all()),
    close: () => Promise.resolve(),
  }
}
