import { matching, ordered } from '../files.ts'
import { bookValue, named } from '../places.ts'
import { opaqueMigration, titleOf } from '../statements.ts'
import type { Tool } from '../tool.ts'

/** One row per file, by the file's whole name, in the order of the names. */
export const sequelize: Tool = {
  table: 'SequelizeMeta',
  columns: ['name'],
  select: place => `SELECT name FROM ${named(place)} ORDER BY name`,
  read: rows => rows.map(({ name }) => ({ version: String(name) })),
  scripts: files =>
    ordered(
      matching(files, /^((.*)(?<!\.d)\.[cm]?[jt]s)$/).map(({ file, caught: [version = '', name = ''] }) =>
        opaqueMigration({
          version,
          name: titleOf(name.replace(/^\d+[-_]/, '')),
          text: file.text,
          why: 'it is a JavaScript program',
          argv: ['npx', '--no-install', 'sequelize-cli', 'db:migrate:undo', '--name', version],
          upArgv: ['npx', '--no-install', 'sequelize-cli', 'db:migrate', '--name', version],
        }),
      ),
      (a, b) => (a.version < b.version ? -1 : 1),
    ),
  book: booking => bookValue(booking, 'name', booking.migration.version),
}
