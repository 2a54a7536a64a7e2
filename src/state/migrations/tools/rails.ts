import { compareVersions, matching, ordered } from '../files.ts'
import { bookValue, named } from '../places.ts'
import { opaqueMigration, titleOf } from '../statements.ts'
import type { Tool } from '../tool.ts'

/** One row per version, as text; ActiveRecord orders them as numbers. Its migrations are Ruby. */
export const rails: Tool = {
  table: 'schema_migrations',
  columns: ['version'],
  companions: ['ar_internal_metadata'],
  select: place => `SELECT version FROM ${named(place)} ORDER BY version`,
  read: rows =>
    rows.map(({ version }) => ({ version: String(version) })).sort((a, b) => compareVersions(a.version, b.version)),
  scripts: files =>
    ordered(
      matching(files, /^(\d+)_(.*)\.rb$/).map(({ file, caught: [version = '', name = ''] }) =>
        opaqueMigration({
          version,
          name: titleOf(name),
          text: file.text,
          why: 'it is a Ruby program',
          argv: ['bin/rails', 'db:migrate:down', `VERSION=${version}`],
          upArgv: ['bin/rails', 'db:migrate:up', `VERSION=${version}`],
        }),
      ),
    ),
  book: booking => bookValue(booking, 'version', booking.migration.version),
}
