import type { Migration } from '../../facts.ts'
import { ordered } from '../files.ts'
import { named } from '../places.ts'
import { opaqueMigration, titleOf } from '../statements.ts'
import type { Booking, MigrationFile, Sql, Tool } from '../tool.ts'

/** One row per class, its time of writing at the end of its name: `AddNotes1763424000000`. It takes back the last one, never one by name. */
export const typeorm: Tool = {
  table: 'migrations',
  columns: ['timestamp', 'name'],
  select: place => `SELECT name FROM ${named(place)} ORDER BY id`,
  read: rows => rows.map(({ name }) => ({ version: String(name) })),
  scripts: files => ordered(files.flatMap(classesIn), (a, b) => writtenAt(a.version) - writtenAt(b.version)),
  book,
}

function classesIn({ name, text }: MigrationFile): readonly Migration[] {
  if (!/\.[cm]?[jt]s$/.test(name) || name.endsWith('.d.ts')) return []
  const own = /^\s*name\s*=\s*['"`](\w*\d{13})['"`]/m.exec(text)?.[1]
  const classes =
    own === undefined ? [...text.matchAll(/\bclass\s+(\w*\d{13})\b/g)].map(([, found]) => found ?? '') : [own]
  return classes.map(version =>
    opaqueMigration({
      version,
      name: titleOf(version.slice(0, -13).replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, ' ')).toLowerCase(),
      text,
      why: 'it is a TypeScript program',
      argv: ['npx', '--no-install', 'typeorm', 'migration:revert'],
    }),
  )
}

function writtenAt(version: string): number {
  return Number(version.slice(-13))
}

function book({ direction, migration: { version }, ...place }: Booking): readonly Sql[] {
  const table = named(place)
  const [time, name] = [place.quote('timestamp'), place.quote('name')]
  const args = [writtenAt(version), version]
  if (direction === 'down') return [{ sql: `DELETE FROM ${table} WHERE ${time} = ? AND ${name} = ?`, args }]
  return [{ sql: `INSERT INTO ${table} (${time}, ${name}) VALUES (?, ?)`, args }]
}
