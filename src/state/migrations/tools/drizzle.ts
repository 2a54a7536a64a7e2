import type { Migration } from '../../facts.ts'
import type { Fault, Result } from '../../fault.ts'
import { ordered } from '../files.ts'
import { cell, defined, named } from '../places.ts'
import { sqlMigration, titleOf } from '../statements.ts'
import type { Applied, Booking, Hash, MigrationFile, ReadSql, Sql, Tool } from '../tool.ts'

/** A row has the hash of a script and when it was written, which is what tells them apart; the names stand in `meta/_journal.json`. */
export const drizzle: Tool = {
  table: '__drizzle_migrations',
  columns: ['hash', 'created_at'],
  select: place => `SELECT hash, created_at FROM ${named(place)} ORDER BY created_at`,
  read: rows => rows.map(row => defined<Applied>({ version: String(row['created_at']), checksum: cell(row, 'hash') })),
  scripts: parse,
  book,
}

/** `0001_notes.sql`; Drizzle knows no way down, but teams keep a `0001_notes.down.sql` beside it. */
function parse(files: readonly MigrationFile[], hash: Hash, read: ReadSql): Result<readonly Migration[]> {
  const journal = files.find(({ name }) => name.endsWith('meta/_journal.json'))
  if (journal === undefined) return { ok: false, fault: noJournal('is not there') }
  const entries = entriesOf(journal.text)
  if (entries === null) return { ok: false, fault: noJournal('cannot be read') }
  const root = journal.name.slice(0, -'meta/_journal.json'.length)
  const text = (name: string): string | null => files.find(file => file.name === `${root}${name}`)?.text ?? null
  const migrations = entries.flatMap(({ tag, when }) => {
    const upText = text(`${tag}.sql`)
    if (upText === null) return []
    const checksums = [hash('sha256', upText)]
    const more = { version: String(when), name: titleOf(tag), checksums, record: { when } }
    const downText = text(`${tag}.down.sql`)
    return [
      sqlMigration(read, { ...more, upText: parted(upText), downText: downText === null ? null : parted(downText) }),
    ]
  })
  return ordered(migrations)
}

/** Drizzle parts statements by a mark of its own, which MySQL does not take for a comment. */
function parted(text: string): string {
  return text.replaceAll('--> statement-breakpoint', ';\n')
}

function entriesOf(text: string): readonly { readonly tag: string; readonly when: number }[] | null {
  try {
    const { entries } = JSON.parse(text) as { entries: { tag: unknown; when: unknown }[] }
    return entries.map(({ tag, when }) => ({ tag: String(tag), when: Number(when) }))
  } catch {
    return null
  }
}

function noJournal(how: string): Fault {
  return {
    code: 'migration.no-journal',
    what: `Drizzle's meta/_journal.json ${how}`,
    means: 'Which script stands for which row of its table is not known.',
    next: 'Point migrations.from at the directory that has meta/ in it.',
  }
}

function book({ direction, migration, ...place }: Booking): readonly Sql[] {
  const table = named(place)
  const when = Number(migration.version)
  if (direction === 'down') return [{ sql: `DELETE FROM ${table} WHERE created_at = ?`, args: [when] }]
  return [
    { sql: `INSERT INTO ${table} (hash, created_at) VALUES (?, ?)`, args: [migration.checksums?.[0] ?? '', when] },
  ]
}
