import type { Migration } from '../../facts.ts'
import type { Fault, Result } from '../../fault.ts'
import { baseName, compareVersions, ordered } from '../files.ts'
import { bookValue, named } from '../places.ts'
import { compatibleIn, sqlMigration, statementsOf, titleOf } from '../statements.ts'
import type { MigrationFile, ReadSql, Tool } from '../tool.ts'

/** One row per version. Its files: `20261118_move_notes.sql`, in it `-- migrate:up` and `-- migrate:down`. */
export const dbmate: Tool = {
  table: 'schema_migrations',
  columns: ['version'],
  select: place => `SELECT version FROM ${named(place)} ORDER BY version`,
  read: rows =>
    rows.map(({ version }) => ({ version: String(version) })).sort((a, b) => compareVersions(a.version, b.version)),
  scripts: parseDbmate,
  book: booking => bookValue(booking, 'version', booking.migration.version),
}

export function parseDbmate(
  files: readonly MigrationFile[],
  _: unknown = null,
  read: ReadSql = statementsOf,
): Result<readonly Migration[]> {
  const migrations: Migration[] = []
  for (const { name, text } of files.filter(file => file.name.endsWith('.sql'))) {
    const base = baseName(name)
    const version = /^\d+/.exec(base)?.[0]
    if (version === undefined) return { ok: false, fault: noVersion(base) }
    const title = titleOf(base.slice(version.length).replace(/\.sql$/, ''))
    const [upText, downText] = [section(text, 'up') ?? '', section(text, 'down')]
    const compatibleWith = compatibleIn(text)
    migrations.push(sqlMigration(read, { version, name: title, upText, downText, compatibleWith }))
  }
  return ordered(migrations)
}

function section(text: string, which: 'up' | 'down'): string | null {
  const marks = [...text.matchAll(/^--\s*migrate:(up|down)\b.*$/gm)]
  const index = marks.findIndex(([, name]) => name === which)
  const mark = marks[index]
  if (mark === undefined) return null
  return text.slice(mark.index + mark[0].length, marks[index + 1]?.index ?? text.length)
}

function noVersion(name: string): Fault {
  return {
    code: 'migration.no-version',
    what: `Migration ${name} does not begin with its version`,
    means: 'Which migrations would be reversed is not known.',
    next: 'Name it like 20261118_what_it_does.sql.',
  }
}
