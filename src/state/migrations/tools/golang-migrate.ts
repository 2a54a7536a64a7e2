import type { Migration } from '../../facts.ts'
import type { Result } from '../../fault.ts'
import { servicesOnly, type DirtyState } from '../dirty-state.ts'
import { compareVersions, matching, ordered } from '../files.ts'
import { isTrue, named } from '../places.ts'
import { sqlMigration, titleOf } from '../statements.ts'
import type { Applied, Booking, MigrationFile, ReadSql, Sql, Tool } from '../tool.ts'

/** One row: the version the database is at, and whether a script stopped in its middle (its database/mysql/mysql.go). */
export const golangMigrate: Tool = {
  table: 'schema_migrations',
  columns: ['version', 'dirty'],
  select: place => `SELECT version, dirty FROM ${named(place)}`,
  read: rows =>
    rows.map(row => {
      const version = String(row['version'])
      return isTrue(row, 'dirty')
        ? { version, dirty: `a script stopped in the middle at version ${version}` }
        : { version }
    }),
  reach: everyScriptUpTo,
  lastAlone: true,
  scripts: (files, _, read) => parsePairs(files, read, digits => String(BigInt(digits))),
  book,
  halfApplied: dirtyAt,
}

function everyScriptUpTo(applied: readonly Applied[], scripts: readonly Migration[]): readonly Applied[] {
  const [last] = applied
  if (last === undefined) return []
  const before = scripts.filter(({ version }) => compareVersions(version, last.version) < 0)
  return [...before.map(({ version, name }) => ({ version, name })), last]
}

/** `0003_notes.up.sql`: to golang-migrate its version is the number 3. */
export function parsePairs(
  files: readonly MigrationFile[],
  read: ReadSql,
  versionOf: (digits: string) => string,
): Result<readonly Migration[]> {
  const found = matching(files, /^(\d+)_(.*)\.(up|down)\.[^.]+$/)
  const downs = new Map(
    found.flatMap(({ file, caught: [digits = '0', , which] }) =>
      which === 'down' ? [[versionOf(digits), file.text] as const] : [],
    ),
  )
  const migrations = found.flatMap(({ file, caught: [digits = '0', name = '', which] }) => {
    if (which !== 'up') return []
    const version = versionOf(digits)
    return [
      sqlMigration(read, { version, name: titleOf(name), upText: file.text, downText: downs.get(version) ?? null }),
    ]
  })
  return ordered(migrations)
}

function book({ direction, migration, others, ...place }: Booking): readonly Sql[] {
  const at = direction === 'up' ? migration.version : others.at(-1)?.version
  const empty = { sql: `DELETE FROM ${named(place)}`, args: [] }
  if (at === undefined) return [empty]
  return [empty, { sql: `INSERT INTO ${named(place)} (version, dirty) VALUES (?, ?)`, args: [at, 0] }]
}

/** Before a way down it writes the version it goes to, so that the script which stopped may be the next one's way down. */
function dirtyAt({ version }: Applied, before: string | null): DirtyState {
  return {
    what: `golang-migrate left version ${version} marked dirty`,
    means: `A script stopped in its middle: the way up of ${version}, or the way down of the one after it. Some of its statements are done, and golang-migrate refuses to run.`,
    ways: [
      `Compare the schema with the script, carry out by hand what is missing, then say so: migrate force ${version}.`,
      `If it was the way up: take back by hand what was done of it, then say so: migrate force ${before ?? '-1'}.`,
      servicesOnly,
    ],
  }
}
