import type { Migration } from '../../facts.ts'
import type { Result } from '../../fault.ts'
import { servicesOnly, type DirtyState } from '../dirty-state.ts'
import { ordered } from '../files.ts'
import { cell, defined, named } from '../places.ts'
import { sqlMigration, titleOf } from '../statements.ts'
import type { Applied, Booking, Hash, MigrationFile, ReadSql, Row, Sql, Tool } from '../tool.ts'

/** A row per attempt: one without an end failed or runs, one that was rolled back counts no more (prisma-engines, schema-engine). */
export const prisma: Tool = {
  table: '_prisma_migrations',
  columns: ['migration_name', 'checksum', 'finished_at', 'rolled_back_at'],
  select: place =>
    `SELECT migration_name, checksum, started_at, finished_at, rolled_back_at FROM ${named(place)} ORDER BY started_at`,
  read: rows => rows.filter(row => cell(row, 'rolled_back_at') === undefined).map(appliedRow),
  scripts: parse,
  book,
  halfApplied,
}

function appliedRow(row: Row): Applied {
  const dirty = cell(row, 'finished_at') === undefined ? 'it began and has no end' : undefined
  const more = { checksum: cell(row, 'checksum'), at: cell(row, 'started_at'), dirty }
  return defined<Applied>({ version: String(row['migration_name']), ...more })
}

/** `20261118_notes/migration.sql`; Prisma knows no way down, but teams keep a `down.sql` beside it. */
function parse(files: readonly MigrationFile[], hash: Hash, read: ReadSql): Result<readonly Migration[]> {
  const texts = new Map(files.map(({ name, text }) => [name, text]))
  const migrations = [...texts].flatMap(([path, text]) => {
    const version = /(?:^|.*\/)([^/]+)\/migration\.sql$/.exec(path)?.[1]
    if (version === undefined) return []
    const downText = texts.get(path.replace(/migration\.sql$/, 'down.sql')) ?? null
    const name = titleOf(version.replace(/^\d+_/, ''))
    return [sqlMigration(read, { version, name, upText: text, downText, checksums: checksumsOf(text, hash) })]
  })
  return ordered(migrations, (a, b) => (a.version < b.version ? -1 : 1))
}

/** Line ends may differ from those it was applied with, and Prisma takes that (its checksum.rs). */
function checksumsOf(text: string, hash: Hash): readonly string[] {
  const unix = text.replaceAll('\r\n', '\n')
  return [...new Set([text, unix, text.replaceAll('\n', '\r\n'), unix.replaceAll('\n', '\r\n')])].map(one =>
    hash('sha256', one),
  )
}

/** Down: marked as rolled back, so that Prisma applies it again next time and still tells when it was there. Up: the mark goes. */
function book({ direction, migration, ...place }: Booking): readonly Sql[] {
  const table = named(place)
  if (direction === 'down') {
    const where = 'migration_name = ? AND finished_at IS NOT NULL AND rolled_back_at IS NULL'
    return [{ sql: `UPDATE ${table} SET rolled_back_at = CURRENT_TIMESTAMP WHERE ${where}`, args: [migration.version] }]
  }
  const ours = `SELECT id FROM ${table} WHERE migration_name = ? AND finished_at IS NOT NULL ORDER BY started_at DESC LIMIT 1`
  return [
    {
      sql: `UPDATE ${table} SET rolled_back_at = NULL WHERE id = (SELECT id FROM (${ours}) newest)`,
      args: [migration.version],
    },
  ]
}

function halfApplied({ version }: Applied): DirtyState {
  return {
    what: `Prisma began ${version} and has no end of it`,
    means:
      'It failed, or it still runs. MySQL commits each change of the schema by itself, so that part of it is there. Prisma refuses to go on.',
    ways: [
      `Carry out by hand what is missing of the script, then say so: prisma migrate resolve --applied ${version}.`,
      `Take back by hand what was done of it, then say so: prisma migrate resolve --rolled-back ${version}.`,
      servicesOnly,
    ],
  }
}
