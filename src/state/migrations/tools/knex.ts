import { lockHeld } from '../dirty-state.ts'
import { matching, ordered } from '../files.ts'
import { cell, defined, isTrue, named } from '../places.ts'
import { opaqueMigration, titleOf } from '../statements.ts'
import type { Applied, Booking, Sql, Tool } from '../tool.ts'

/** One row per file, by the file's whole name. A batch is what one `migrate:latest` applied. */
export const knex: Tool = {
  table: 'knex_migrations',
  columns: ['name', 'batch', 'migration_time'],
  companions: ['knex_migrations_lock'],
  select: place => `SELECT name, migration_time FROM ${named(place)} ORDER BY id`,
  read: rows => rows.map(row => defined<Applied>({ version: String(row['name']), at: cell(row, 'migration_time') })),
  lock: {
    table: table => `${table}_lock`,
    select: ({ table, quote }) => `SELECT is_locked FROM ${named({ table: `${table}_lock`, quote })}`,
    held: rows => (rows.some(row => isTrue(row, 'is_locked')) ? lockHeld('Knex', '', 'knex migrate:unlock') : null),
  },
  scripts: files =>
    ordered(
      matching(files, /^((?:\d+_)?(.*)(?<!\.d)\.[cm]?[jt]s)$/).map(({ file, caught: [version = '', name = ''] }) =>
        opaqueMigration({
          version,
          name: titleOf(name),
          text: file.text,
          why: 'it is a JavaScript program',
          argv: ['npx', '--no-install', 'knex', 'migrate:down', version],
          upArgv: ['npx', '--no-install', 'knex', 'migrate:up', version],
        }),
      ),
      (a, b) => (a.version < b.version ? -1 : 1),
    ),
  book,
}

function book({ direction, migration, ...place }: Booking): readonly Sql[] {
  const table = named(place)
  if (direction === 'down') return [{ sql: `DELETE FROM ${table} WHERE name = ?`, args: [migration.version] }]
  return [
    {
      sql: `INSERT INTO ${table} (name, batch, migration_time) SELECT ?, COALESCE(MAX(batch), 0) + 1, CURRENT_TIMESTAMP FROM ${table}`,
      args: [migration.version],
    },
  ]
}
