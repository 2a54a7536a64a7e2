import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

export const migrations = join(import.meta.dirname, 'migrations')

/** The migrations a release brings: the last one came with 1.3.0. */
export function migrationsOf(release: string): readonly string[] {
  const files = readdirSync(migrations).sort()
  return release === '1.3.0' ? files : files.filter(file => !file.startsWith('20261118'))
}

/** What dbmate does: each migration not listed yet, with its line in schema_migrations. */
export function migrate(file: string, release: string): void {
  const database = new DatabaseSync(file, { timeout: 5000 })
  database.exec('PRAGMA journal_mode = WAL; CREATE TABLE IF NOT EXISTS schema_migrations (version TEXT PRIMARY KEY)')
  const applied = new Set(
    database
      .prepare('SELECT version FROM schema_migrations')
      .all()
      .map(({ version }) => String(version)),
  )
  for (const name of migrationsOf(release)) {
    const [version = ''] = name.split('_')
    if (applied.has(version)) continue
    const up = readFileSync(join(migrations, name), 'utf8').split(/^-- migrate:(?:up|down)$/m)[1] ?? ''
    database.exec(`BEGIN; ${up}; INSERT INTO schema_migrations VALUES ('${version}'); COMMIT`)
  }
  database.close()
}

/** Orders from before: 37, of which 20 have a note. */
export function seed(file: string): void {
  const database = new DatabaseSync(file, { timeout: 5000 })
  const insert = database.prepare(
    "INSERT INTO orders (customer_id, sku, quantity, state, note) VALUES (1, 'tea', 1, 'shipped', ?)",
  )
  for (let index = 1; index <= 37; index += 1) insert.run(index <= 20 ? `seeded note ${index}` : null)
  database.close()
}

/** Something only the new schema can hold: who wrote a note. */
export function writeAuthors(file: string): void {
  const database = new DatabaseSync(file, { timeout: 5000 })
  database.exec("UPDATE order_notes SET author = 'clerk ' || order_id WHERE order_id <= 10")
  database.close()
}
