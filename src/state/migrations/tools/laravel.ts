import { matching, ordered } from '../files.ts'
import { named } from '../places.ts'
import { opaqueMigration, titleOf } from '../statements.ts'
import type { Booking, Sql, Tool } from '../tool.ts'

/** One row per file, its ending left out. It goes back from the last batch, in it from the last name. */
export const laravel: Tool = {
  table: 'migrations',
  columns: ['migration', 'batch'],
  select: place => `SELECT migration FROM ${named(place)} ORDER BY batch, migration`,
  read: rows => rows.map(({ migration }) => ({ version: String(migration) })),
  scripts: files =>
    ordered(
      matching(files, /^((?:\d+_)+(.*))\.php$/).map(({ file, caught: [version = '', name = ''] }) =>
        opaqueMigration({
          version,
          name: titleOf(name),
          text: file.text,
          why: 'it is a PHP program',
          argv: ['php', 'artisan', 'migrate:rollback', '--step=1', '--force'],
        }),
      ),
    ),
  book,
}

function book({ direction, migration, ...place }: Booking): readonly Sql[] {
  const table = named(place)
  if (direction === 'down') return [{ sql: `DELETE FROM ${table} WHERE migration = ?`, args: [migration.version] }]
  return [
    {
      sql: `INSERT INTO ${table} (migration, batch) SELECT ?, COALESCE(MAX(batch), 0) + 1 FROM ${table}`,
      args: [migration.version],
    },
  ]
}
