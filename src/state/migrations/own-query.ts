import type { OwnQuery } from '../manifest.ts'
import { servicesOnly, type DirtyState } from './dirty-state.ts'
import type { Sql, Tool } from './tool.ts'
import { dbmate } from './tools/dbmate.ts'
import { parsePairs } from './tools/golang-migrate.ts'

/**
 * A tool made of a team's own SQL. Its scripts are pairs of files, or files of two sections, as golang-migrate's and dbmate's
 * are; a version is the digits that the file's name begins with, to the letter.
 */
export function ownQuery({ query, unapply, apply }: OwnQuery): Omit<Tool, 'table' | 'columns'> {
  return {
    select: () => query,
    read: rows =>
      rows.map(row => {
        const [version, name] = Object.values(row).map(value => (value === null ? null : String(value)))
        return { version: version ?? '', ...(name === null || name === undefined ? {} : { name }) }
      }),
    scripts: (files, hash, read) => {
      const pairs = files.some(({ name }) => /\.(up|down)\.sql$/.test(name))
      return pairs ? parsePairs(files, read, digits => digits) : dbmate.scripts(files, hash, read)
    },
    book: ({ direction, migration }) => [{ sql: direction === 'down' ? unapply : apply, args: [migration.version] }],
  }
}

/** A plain DELETE as a question, so that nobody finds out after a reversal that it takes no row out, or more than one. Null: it is no plain one. */
export function rowsUnapplied({ unapply }: OwnQuery, version: string): Sql | null {
  const [, rows] = /^\s*DELETE\s+(FROM\s+[\w.`"]+\s+WHERE\s[^;]*);?\s*$/i.exec(unapply) ?? []
  if (rows === undefined || /\b(RETURNING|ORDER|LIMIT)\b/i.test(rows)) return null
  return { sql: `SELECT COUNT(*) AS n ${rows.trim()}`, args: [version] }
}

export function notOneRow(version: string, rows: number): DirtyState {
  return {
    what: `unapply finds ${rows} rows of version ${version}, and not one`,
    means: 'After a reversal its table would say what is not so.',
    ways: [
      'Correct unapply in astern.yaml: it is given the version as query gives it.',
      'Correct query, if what it gives in its first column is not the version.',
      servicesOnly,
    ],
  }
}
