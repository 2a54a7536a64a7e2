import type { Migration } from '../../facts.ts'
import { inChainOrder, ordered } from '../files.ts'
import { cell, defined, named } from '../places.ts'
import { opaqueMigration, titleOf } from '../statements.ts'
import type { Applied, Booking, MigrationFile, Sql, Tool } from '../tool.ts'

/** One row per app and name; here `app.name`. Each app has a chain of its own, and they may stand on each other. */
export const django: Tool = {
  table: 'django_migrations',
  columns: ['app', 'name', 'applied'],
  select: place => `SELECT app, name, applied FROM ${named(place)} ORDER BY id`,
  read: rows =>
    rows.map(row => {
      const version = `${cell(row, 'app')}.${cell(row, 'name')}`
      return defined<Applied>({ version, at: cell(row, 'applied') })
    }),
  scripts: files => ordered(inChainOrder([...files].sort(byName).flatMap(migrationIn)), () => 0),
  book,
}

function byName(a: MigrationFile, b: MigrationFile): number {
  return a.name < b.name ? -1 : 1
}

/** `shop/migrations/0002_notes.py` */
function migrationIn({ name: path, text }: MigrationFile): readonly Migration[] {
  const [, app, name] = /(?:^|\/)([^/]+)\/migrations\/([^/]+)\.py$/.exec(path) ?? []
  if (app === undefined || name === undefined || name === '__init__') return []
  const list = /^\s+dependencies\s*=\s*\[([\s\S]*?)\]/m.exec(text)?.[1] ?? ''
  const pairs = [...list.matchAll(/\(\s*['"](\w+)['"]\s*,\s*['"](\w+)['"]\s*,?\s*\)/g)]
  const after = pairs.map(([, other, their]) => `${other}.${their}`)
  const before = pairs.find(([, other]) => other === app)?.[2] ?? 'zero'
  return [
    opaqueMigration({
      version: `${app}.${name}`,
      name: titleOf(name.replace(/^\d+_/, '')),
      text,
      after,
      why: 'it is a Python program',
      argv: ['python', 'manage.py', 'migrate', app, before],
      upArgv: ['python', 'manage.py', 'migrate', app, name],
    }),
  ]
}

function book({ direction, migration, ...place }: Booking): readonly Sql[] {
  const table = named(place)
  const [app = '', ...name] = migration.version.split('.')
  const args = [app, name.join('.')]
  if (direction === 'down') return [{ sql: `DELETE FROM ${table} WHERE app = ? AND name = ?`, args }]
  return [{ sql: `INSERT INTO ${table} (app, name, applied) VALUES (?, ?, CURRENT_TIMESTAMP)`, args }]
}
