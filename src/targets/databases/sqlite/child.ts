import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import type { Json } from '../../../state/json.ts'
import type { ChildOptions, Reply, Request } from './protocol.ts'

/** node:sqlite blocks the loop for as long as a statement takes, so it lives in a process that can be killed. */
function main(options: ChildOptions): void {
  // Opened for writing, SQLite would make an empty database of a name that is not there.
  if (!existsSync(options.file))
    return say({ id: 0, ok: false, code: null, reason: 'missing', text: 'there is no such file' })
  const database = new DatabaseSync(options.file, {
    readOnly: options.readOnly,
    timeout: options.busyMs,
    enableForeignKeyConstraints: true,
  })
  say({ id: 0, ok: true, rows: [] })
  const lines = createInterface({ input: process.stdin })
  lines.on('line', line => say(answer(database, JSON.parse(line) as Request)))
  lines.on('close', () => {
    database.close()
    process.exit(0)
  })
}

function answer(database: DatabaseSync, request: Request): Reply {
  try {
    return { id: request.id, ok: true, rows: carryOut(database, request) }
  } catch (error) {
    return failure(request.id, error)
  }
}

function carryOut(database: DatabaseSync, request: Request): readonly Readonly<Record<string, Json>>[] {
  if (request.ask === 'read' || request.ask === 'exec') return select(database, request.sql, request.args)
  const orphansBefore = request.checkForeignKeys ? orphans(database) : 0
  database.exec('BEGIN IMMEDIATE')
  try {
    for (const { sql, args } of request.statements) database.prepare(sql).run(...(args as SQLInputValue[]))
    if (request.checkForeignKeys && orphans(database) > orphansBefore) throw new Orphans()
    database.exec('COMMIT')
    return []
  } catch (error) {
    rollBack(database)
    throw error
  }
}

class Orphans extends Error {}

function orphans(database: DatabaseSync): number {
  return database.prepare('PRAGMA foreign_key_check').all().length
}

function rollBack(database: DatabaseSync): void {
  if (database.isTransaction) database.exec('ROLLBACK')
}

function select(database: DatabaseSync, sql: string, args: readonly Json[]): readonly Readonly<Record<string, Json>>[] {
  const rows = database.prepare(sql).all(...(args as SQLInputValue[]))
  return rows.map(row => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, toJson(value)])))
}

function toJson(value: unknown): Json {
  if (value instanceof Uint8Array) return `x'${Buffer.from(value).toString('hex')}'`
  if (typeof value === 'bigint') return value.toString()
  return value as Json
}

/** SQLite's primary result codes, https://www.sqlite.org/rescode.html */
const reasons: Readonly<Record<number, Extract<Reply, { ok: false }>['reason']>> = {
  5: 'busy',
  6: 'busy',
  8: 'readonly',
  11: 'corrupt',
  13: 'full',
  19: 'constraint',
  26: 'corrupt',
}

function failure(id: number, error: unknown): Reply {
  if (error instanceof Orphans)
    return { id, ok: false, code: null, reason: 'orphans', text: 'rows would refer to rows that are not there' }
  const code = error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : null
  const text = error instanceof Error ? error.message : String(error)
  return { id, ok: false, code, reason: code === null ? 'other' : (reasons[code & 0xff] ?? 'other'), text }
}

function say(reply: Reply): void {
  process.stdout.write(`${JSON.stringify(reply)}\n`)
}

try {
  main(JSON.parse(process.argv[2] ?? '{}') as ChildOptions)
} catch (error) {
  say(failure(0, error))
}
