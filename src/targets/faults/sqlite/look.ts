import { dirname, join } from 'node:path'
import type { Inject } from '../../../state/drill/scenario.ts'
import type { Result } from '../../../state/fault.ts'
import type { Manifest, SqliteDatabase } from '../../../state/manifest.ts'
import { lookSession } from '../../databases/sqlite/config.ts'
import { databaseMeans } from '../../looks.ts'
import { mayWrite } from '../../may.ts'
import type { KeptFamily } from '../keeper/look.ts'
import type { FaultMeans } from '../means.ts'
import { unable } from '../unable.ts'

/** Faults of databases that are files. */
export function sqliteFamily(manifest: Manifest, means: FaultMeans): KeptFamily {
  const files = Object.values(manifest.databases).flatMap(one => (one.kind === 'sqlite' ? [one.file] : []))
  return {
    environment: manifest.environment.name,
    able: inject => able(manifest, means, inject),
    placesOf: ({ target }) => Promise.resolve([placeBy(sqliteOf(manifest, target).file)]),
    places: () => Promise.resolve(files.map(placeBy)),
    isOwn: ({ task }) => task.family === 'sqlite' && files.includes(task.file),
  }
}

export function sqliteOf({ databases }: Manifest, target: Inject['target']): SqliteDatabase {
  const database = target.kind === 'database' ? databases[target.database] : undefined
  if (database?.kind !== 'sqlite') throw new Error('no such database that is a file')
  return database
}

function placeBy(file: string): string {
  return join(dirname(file), '.astern-drill')
}

async function able(manifest: Manifest, means: FaultMeans, inject: Inject): Promise<Result<string>> {
  const database = sqliteOf(manifest, inject.target)
  const { file } = database
  for (const path of [file, dirname(file)])
    if (!(await mayWrite(path))) return unable(inject, `${path} cannot be written to`, 'Put its rights right.')
  if (inject.fault === 'statement_failure') {
    const next = 'Give the inject with: { table: NAME }, one that is there.'
    const { table } = inject.settings
    if (table === undefined) return unable(inject, 'it does not say which table', next)
    const name = inject.target.kind === 'database' ? inject.target.database : ''
    const session = lookSession({ ...databaseMeans(means, null), name, database })
    const sql = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?"
    const reply = await session.ask({ ask: 'read', sql, args: [table] }).finally(session.close)
    if (!reply.ok) return unable(inject, `${file} cannot be read`, 'Look what it is.')
    if (reply.rows.length === 0) return unable(inject, `there is no table ${table}`, next)
  }
  return { ok: true, value: words[inject.fault] ?? '' }
}

const words: Readonly<Record<string, string>> = {
  row_locks: 'a keeper on this machine locks writers out, and lets the lock go by itself',
  slow_queries: 'a keeper on this machine locks the file again and again, and stops by itself',
  statement_failure: 'triggers that do nothing any more after its time; a keeper on this machine takes them away',
}
