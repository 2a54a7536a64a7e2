import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { migrationOf } from './releases.ts'
import { sources } from './sources.ts'

/** Where the shop keeps its orders: what the services, the manifest and the demo itself need to know of it. */
export type ShopDatabase = {
  readonly kind: DatabaseKind
  /** The file of SQLite, the socket of MariaDB. */
  readonly place: string
  /** SHOP_DB of the services: itself, or a reference to it. */
  readonly shopDb: string
  /** What the manifest says of it, but for its migrations and invariants. */
  readonly declared: object
  /** What the references are read from. */
  readonly env: Readonly<Record<string, string>>
  /** A script, on a connection of its own. */
  readonly run: (script: string) => Promise<void>
  readonly rows: (sql: string) => Promise<readonly Readonly<Record<string, unknown>>[]>
  readonly close: () => Promise<void>
}

export type DatabaseKind = 'sqlite' | 'mariadb'

const first = '20261001'

const directories = { sqlite: 'sqlite', mariadb: 'mysql' } as const

/** The migrations a release brings: all have the first. */
export function migrationsOf(kind: DatabaseKind, release: string): readonly string[] {
  const directory = join(sources, 'migrations', directories[kind])
  const files = readdirSync(directory).sort()
  const own = migrationOf(release)
  return files
    .filter(file => file.startsWith(first) || (own !== null && file.startsWith(own)))
    .map(file => join(directory, file))
}

/** What dbmate does: each migration not listed yet, with its line in schema_migrations. */
export async function migrate(database: ShopDatabase, release: string): Promise<void> {
  await database.run('CREATE TABLE IF NOT EXISTS schema_migrations (version VARCHAR(128) PRIMARY KEY)')
  const applied = new Set((await database.rows('SELECT version FROM schema_migrations')).map(row => row['version']))
  for (const file of migrationsOf(database.kind, release)) {
    const [version = ''] = file.split('/').at(-1)?.split('_') ?? []
    if (applied.has(version)) continue
    const up = readFileSync(file, 'utf8').split(/^-- migrate:(?:up|down)$/m)[1] ?? ''
    await database.run(`BEGIN; ${up} INSERT INTO schema_migrations VALUES ('${version}'); COMMIT`)
  }
}

/** Orders from before: 37, of which 20 have a note. */
export function seed(database: ShopDatabase): Promise<void> {
  const rows = Array.from({ length: 37 }, (_, index) => {
    const note = index < 20 ? `'seeded note ${index + 1}'` : 'NULL'
    return `(1, 'tea', 1, 'shipped', ${note})`
  })
  return database.run(`INSERT INTO orders (customer_id, sku, quantity, state, note) VALUES ${rows.join(', ')}`)
}

/** Something only the new schema can hold: who wrote a note. */
export function writeAuthors(database: ShopDatabase): Promise<void> {
  return database.run("UPDATE order_notes SET author = concat('clerk ', order_id) WHERE order_id <= 10")
}
