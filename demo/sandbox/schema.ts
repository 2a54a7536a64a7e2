import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { releaseNames, migrationOf } from '../releases.ts'
import type { ShopDatabase } from '../database.ts'
import type { Sandbox } from './state.ts'

/** The schema of the good releases, from wherever a rollback, or one that was cut off in its middle, has left it. */
export async function putSchemaRight({ shop: { root, store }, tables }: Sandbox): Promise<void> {
  if (!(await has(store, 'SELECT note FROM orders LIMIT 1'))) await store.run('ALTER TABLE orders ADD COLUMN note TEXT')
  if (await has(store, 'SELECT note FROM order_notes LIMIT 1'))
    await store.run(
      'UPDATE orders SET note = (SELECT note FROM order_notes WHERE order_id = orders.id) WHERE note IS NULL; DROP TABLE order_notes',
    )
  const later = releaseNames.flatMap(release => migrationOf(release) ?? []).map(version => `'${version}'`)
  await store.run(`DELETE FROM schema_migrations WHERE version IN (${later.join(', ')})`)
  const left = (await asternTables(store)).filter(name => !tables.includes(name))
  if (left.length > 0) await store.run(left.map(name => `DROP TABLE \`${name}\``).join('; '))
  for (const file of safetyCopies(join(root, 'data'))) rmSync(file)
  if (store.kind === 'mariadb') await store.run("ALTER USER 'shop'@'%' ACCOUNT UNLOCK")
}

/** Of a file of SQLite, which a rollback leaves beside it. */
function safetyCopies(data: string): readonly string[] {
  return readdirSync(data)
    .filter(name => name.includes('.astern-'))
    .map(name => join(data, name))
}

/** Astern's own, which a rollback leaves to be looked at. */
export async function asternTables(store: ShopDatabase): Promise<readonly string[]> {
  const rows = await store.rows(
    store.kind === 'sqlite'
      ? "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE '_astern_%'"
      : "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'shop' AND table_name LIKE '\\_astern\\_%'",
  )
  return rows.map(({ name }) => String(name))
}

async function has(store: ShopDatabase, sql: string): Promise<boolean> {
  return store.rows(sql).then(
    () => true,
    () => false,
  )
}
