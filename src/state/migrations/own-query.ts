import { golangMigrate } from './tools/golang-migrate.ts'
import { dbmate } from './tools/dbmate.ts'
import type { Tool } from './tool.ts'

/** Of a team that keeps its own table: `applied` gives a row per migration, oldest first: its version, then maybe its name. */
export type OwnQuery = {
  readonly applied: string
  /** What puts the table right after a way down, and after a way up; `?` is the version. */
  readonly forget: string
  readonly remember: string
}

/** A tool made of a user's own SQL. Its scripts are pairs of files, or files of two sections, as golang-migrate's and dbmate's are. */
export function ownQuery({ applied, forget, remember }: OwnQuery): Omit<Tool, 'table' | 'columns'> {
  return {
    select: () => applied,
    read: rows =>
      rows.map(row => {
        const [version, name] = Object.values(row).map(value => (value === null ? null : String(value)))
        return { version: version ?? '', ...(name === null || name === undefined ? {} : { name }) }
      }),
    scripts: (files, hash, read) => {
      const pairs = files.some(({ name }) => /\.(up|down)\.sql$/.test(name))
      return (pairs ? golangMigrate : dbmate).scripts(files, hash, read)
    },
    book: ({ direction, migration }) => {
      const sql = direction === 'down' ? forget : remember
      return [{ sql, args: [migration.version] }]
    },
  }
}
