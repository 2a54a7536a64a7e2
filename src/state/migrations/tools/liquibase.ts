import type { Result } from '../../fault.ts'
import type { Migration } from '../../facts.ts'
import { lockHeld } from '../dirty-state.ts'
import { baseName, numbered } from '../files.ts'
import { cell, defined, isTrue, named } from '../places.ts'
import type { Applied, Booking, LockRow, MigrationFile, ReadSql, Row, Sql, Tool } from '../tool.ts'
import { changesetsOf } from './liquibase-changelog.ts'

/**
 * A change set is known by file, id and author. The file is told without its directories: they depend on where Liquibase
 * was started; where that makes two the same they are counted, and `changedSince` holds their paths against each other.
 * One that failed leaves no row (MarkChangeSetRanGenerator).
 */
export const liquibase: Tool = {
  table: 'DATABASECHANGELOG',
  columns: ['ID', 'AUTHOR', 'FILENAME', 'MD5SUM'],
  companions: ['DATABASECHANGELOGLOCK'],
  select: place =>
    `SELECT ID AS id, AUTHOR AS author, FILENAME AS filename, DATEEXECUTED AS at, MD5SUM AS md5sum FROM ${named(place)} ORDER BY ORDEREXECUTED, DATEEXECUTED`,
  read,
  lock: lockRow(),
  scripts: parse,
  book,
}

function read(rows: readonly Row[]): readonly Applied[] {
  const versions = numbered(
    rows.map(row => [baseName(String(row['filename'])), String(row['id']), String(row['author'])].join('::')),
  )
  return rows.map((row, index) => {
    const more = { name: cell(row, 'filename'), checksum: cell(row, 'md5sum'), at: cell(row, 'at') }
    return defined<Applied>({ version: versions[index] ?? '', ...more })
  })
}

function lockRow(): LockRow {
  return {
    table: table => `${table}LOCK`,
    select: ({ table, quote }) =>
      `SELECT LOCKED AS locked, LOCKGRANTED AS since, LOCKEDBY AS holder FROM ${named({ table: `${table}LOCK`, quote })}`,
    held: rows => {
      const held = rows.find(row => isTrue(row, 'locked'))
      if (held === undefined) return null
      return lockHeld(
        'Liquibase',
        ` by ${cell(held, 'holder') ?? 'somebody'} since ${cell(held, 'since') ?? 'an unknown time'}`,
        'liquibase release-locks',
      )
    },
  }
}

/** Change sets in the order of their files, and in each file as they stand there. */
function parse(files: readonly MigrationFile[], _: unknown, read: ReadSql): Result<readonly Migration[]> {
  const sorted = [...files].sort((a, b) => (a.name < b.name ? -1 : 1))
  const found = sorted.flatMap(file => changesetsOf(file, read))
  const versions = numbered(found.map(({ version }) => version))
  return { ok: true, value: found.map((migration, index) => ({ ...migration, version: versions[index] ?? '' })) }
}

/** Down: its row goes, as `rollback` leaves it. Up: without a checksum, which Liquibase then fills in by itself. */
function book({ direction, migration, was, ...place }: Booking): readonly Sql[] {
  const table = named(place)
  const { file = '', id = '', author = '' } = migration.record ?? {}
  const path = String(file)
  if (direction === 'down' && was?.name !== undefined) {
    const where = 'ID = ? AND AUTHOR = ? AND FILENAME = ?'
    return [{ sql: `DELETE FROM ${table} WHERE ${where}`, args: [id, author, was.name] }]
  }
  if (direction === 'down') {
    const where = `ID = ? AND AUTHOR = ? AND (FILENAME = ? OR SUBSTR(FILENAME, ?) = ?)`
    return [{ sql: `DELETE FROM ${table} WHERE ${where}`, args: [id, author, path, -path.length - 1, `/${path}`] }]
  }
  const columns = 'ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, EXECTYPE, MD5SUM, DESCRIPTION'
  const values = `?, ?, ?, CURRENT_TIMESTAMP, COALESCE(MAX(ORDEREXECUTED), 0) + 1, 'EXECUTED', ?, ?`
  return [
    {
      sql: `INSERT INTO ${table} (${columns}) SELECT ${values} FROM ${table}`,
      args: [id, author, was?.name ?? file, was?.checksum ?? null, 'sql'],
    },
  ]
}
