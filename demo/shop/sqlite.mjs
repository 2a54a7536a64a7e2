import { DatabaseSync } from 'node:sqlite'

export function open(file) {
  const database = new DatabaseSync(file, { timeout: 5000 })
  return {
    all: async (sql, ...values) => database.prepare(sql).all(...values),
    run: async (sql, ...values) => Number(database.prepare(sql).run(...values).lastInsertRowid),
  }
}
