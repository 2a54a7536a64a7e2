import type { Migration } from '../../facts.ts'
import type { Result } from '../../fault.ts'
import { crc32OfLines } from '../crc32.ts'
import { servicesOnly, type DirtyState } from '../dirty-state.ts'
import { compareVersions, matching, ordered } from '../files.ts'
import { cell, defined, isTrue, named } from '../places.ts'
import { opaqueMigration, sqlMigration } from '../statements.ts'
import type { Applied, Booking, MigrationFile, ReadSql, Row, Sql, Tool } from '../tool.ts'

/** A history: a version may be applied, undone, deleted by `repair`, and applied again. */
export const flyway: Tool = {
  table: 'flyway_schema_history',
  columns: ['installed_rank', 'version', 'script', 'checksum', 'success'],
  select: place =>
    `SELECT version, description, type, script, checksum, installed_on, success FROM ${named(place)} ORDER BY installed_rank`,
  read,
  scripts: parse,
  book,
  halfApplied,
}

function read(rows: readonly Row[]): readonly Applied[] {
  const applied = new Map<string, Applied>()
  for (const row of rows) {
    const type = String(row['type']).toUpperCase()
    const version = cell(row, 'version') ?? repeatable(String(row['description']))
    const whole = isTrue(row, 'success')
    const before = applied.get(version)
    if (type === 'SCHEMA') continue
    if (type === 'DELETE' || type.startsWith('UNDO')) {
      if (whole) applied.delete(version)
      else if (before !== undefined) applied.set(version, { ...before, dirty: 'its way down failed' })
      continue
    }
    applied.delete(version)
    applied.set(
      version,
      defined<Applied>({
        version,
        name: cell(row, 'description'),
        checksum: cell(row, 'checksum'),
        at: cell(row, 'installed_on'),
        dirty: whole ? undefined : 'its way up failed',
      }),
    )
  }
  return [...applied.values()]
}

function repeatable(description: string): string {
  return `R ${description}`
}

/** `V1_1__add_notes.sql` with `U1_1__add_notes.sql`; `R__views.sql` runs again whenever it is changed. */
function parse(files: readonly MigrationFile[], _: unknown, read: ReadSql): Result<readonly Migration[]> {
  const undos = new Map(
    matching(files, /^U([0-9][0-9._]*)__.*\.sql$/).map(({ file, caught: [digits = ''] }) => [dotted(digits), file]),
  )
  const versioned = matching(files, /^V([0-9][0-9._]*)__(.*)\.sql$/).map(
    ({ file, caught: [digits = '', words = ''] }) =>
      migrationOf(read, dotted(digits), words.replaceAll('_', ' '), file, undos.get(dotted(digits))),
  )
  const repeatables = matching(files, /^R__(.*)\.sql$/).map(({ file, caught: [words = ''] }) => {
    const name = words.replaceAll('_', ' ')
    return migrationOf(read, repeatable(name), name, file, undefined)
  })
  return ordered([...versioned, ...repeatables], (a, b) => {
    const late = Number(a.version.startsWith('R ')) - Number(b.version.startsWith('R '))
    return late === 0 ? compareVersions(a.version, b.version) : late
  })
}

function migrationOf(
  read: ReadSql,
  version: string,
  name: string,
  file: MigrationFile,
  undo: MigrationFile | undefined,
): Migration {
  const more = { version, name, checksums: [String(crc32OfLines(file.text))], record: { script: file.name } }
  const text = `${file.text}\n${undo?.text ?? ''}`
  if (undo === undefined || !text.includes('${'))
    return sqlMigration(read, { ...more, upText: file.text, downText: undo?.text ?? null })
  const why = 'it has placeholders, which only Flyway can fill in'
  return opaqueMigration({ ...more, text, why, argv: ['flyway', 'undo', `-target=${version}`] })
}

function dotted(version: string): string {
  return version.replaceAll('_', '.')
}

/**
 * Down: a row of type DELETE, as `repair` writes it for a migration that is gone. Undo writes UNDO_SQL, which the free
 * edition does not read: to it the migration would still be applied. After DELETE both take it for pending
 * (MigrationInfoServiceImpl.markAsDeleted).
 */
function book({ direction, migration, ...place }: Booking): readonly Sql[] {
  const table = named(place)
  const columns = 'installed_rank, version, description, type, script, checksum, installed_by, execution_time, success'
  const version = migration.version.startsWith('R ') ? null : migration.version
  const checksum = Number(migration.checksums?.[0] ?? 0)
  const type = direction === 'up' ? 'SQL' : 'DELETE'
  return [
    {
      sql: `INSERT INTO ${table} (${columns}) SELECT COALESCE(MAX(installed_rank), 0) + 1, ?, ?, ?, ?, ?, ?, ?, ? FROM ${table}`,
      args: [version, migration.name, type, migration.record?.['script'] ?? '', checksum, 'astern', 0, 1],
    },
  ]
}

function halfApplied({ version, dirty }: Applied): DirtyState {
  return {
    what: `Flyway has ${version} as failed: ${dirty ?? 'a script stopped in its middle'}`,
    means:
      'MySQL commits each change of the schema by itself, so that what came before the failure is there. Flyway refuses to go on.',
    ways: [
      'Carry out by hand what is missing of the script, and let Flyway have it as done: set its row in the history to success 1.',
      'Take back by hand what was done of it, then let Flyway drop the failed row: flyway repair.',
      servicesOnly,
    ],
  }
}
