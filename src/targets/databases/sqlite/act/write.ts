import type { DatabaseCommand } from '../../../../state/command.ts'
import type { Evidence, Outcome } from '../../../outcome.ts'
import type { RunContext } from '../../../permit.ts'
import { archives, markOf, marks } from '../../names.ts'
import type { Query } from '../../query.ts'
import type { SqliteConfig } from '../config.ts'
import { childGone, databaseFault } from '../faults.ts'
import { sqliteLook } from '../look.ts'
import { archiveName, quoteName } from '../names.ts'
import type { Sql } from '../protocol.ts'
import { putBackStatements } from '../put-back.ts'
import { columnsOf } from '../schema.ts'
import { ChildGone, type Session } from '../session.ts'

export type Writing = Extract<DatabaseCommand, { kind: `database.${'statement' | 'archive' | 'put-back'}` }>

export function isWriting(command: DatabaseCommand): command is Writing {
  return ['database.statement', 'database.archive', 'database.put-back'].includes(command.kind)
}

/** The command's statements and its marker, in one transaction: a crash leaves both or neither. */
export async function write(
  config: SqliteConfig,
  session: Session,
  command: Writing,
  context: RunContext,
  evidence: Evidence,
): Promise<Outcome> {
  const at = config.now().toISOString()
  const query = queryOn(session)
  try {
    const work = await statementsFor(query, command, context, at)
    for (const { sql } of work) evidence(sql)
    const mark = {
      sql: `INSERT INTO ${marks} (run, mark, at) VALUES (?, ?, ?)`,
      args: [context.run, markOf(command), at],
    }
    const statements = [
      {
        sql: `CREATE TABLE IF NOT EXISTS ${marks} (run TEXT NOT NULL, mark TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (run, mark))`,
        args: [],
      },
      mark,
      ...work,
    ]
    const reply = await session.ask({
      ask: 'write',
      statements,
      checkForeignKeys: command.kind === 'database.statement',
    })
    if (!reply.ok)
      return {
        ok: false,
        fault: databaseFault(config.name, reply, 'The statement was taken back whole: the database is as before it.'),
        observed: null,
      }
    return { ok: true, observed: { committedAt: at }, says: `committed: ${markOf(command)}` }
  } catch (error) {
    if (error instanceof ChildGone) return settledByLooking(config, command, context)
    throw error
  }
}

/** The child ended before it answered: its marker tells whether it had committed. */
async function settledByLooking(config: SqliteConfig, command: Writing, context: RunContext): Promise<Outcome> {
  const look = sqliteLook({ ...config, lockFd: null })
  const { verdict, says, observed } = await look.probe(command, context).finally(look.close)
  if (verdict === 'holds') return { ok: true, observed, says }
  return { ok: false, fault: childGone(config.name), observed }
}

function queryOn(session: Session): Query {
  return async (sql, ...args) => {
    const reply = await session.ask({ ask: 'read', sql, args })
    if (reply.ok) return reply.rows
    throw new Error(reply.text)
  }
}

async function statementsFor(query: Query, command: Writing, context: RunContext, at: string): Promise<readonly Sql[]> {
  switch (command.kind) {
    case 'database.statement':
      return [{ sql: command.sql, args: [] }, ...migrationRow(command)]
    case 'database.archive':
      return archiveStatements(query, command.table, context.run, at)
    case 'database.put-back':
      return putBackStatements(query, command, context.run)
  }
}

/** With a migration's last statement its row in the tool's own table goes, or comes. */
function migrationRow({
  direction,
  index,
  of,
  migration,
  migrationsTable,
  book,
}: Extract<Writing, { kind: 'database.statement' }>): readonly Sql[] {
  if (index < of) return []
  if (book !== undefined) return book
  const table = quoteName(migrationsTable)
  const sql =
    direction === 'down' ? `DELETE FROM ${table} WHERE version = ?` : `INSERT INTO ${table} (version) VALUES (?)`
  return [{ sql, args: [migration] }]
}

async function archiveStatements(query: Query, table: string, run: string, at: string): Promise<readonly Sql[]> {
  const keys = (await columnsOf(query, table)).filter(({ key }) => key).map(({ name }) => name)
  const archive = archiveName(run, table)
  return [
    {
      sql: `CREATE TABLE IF NOT EXISTS ${archives} (run TEXT NOT NULL, tbl TEXT NOT NULL, archive TEXT NOT NULL, key_columns TEXT NOT NULL, n INTEGER NOT NULL, at TEXT NOT NULL, PRIMARY KEY (run, tbl))`,
      args: [],
    },
    {
      sql: `CREATE TABLE ${quoteName(archive)} AS SELECT ${keys.length === 0 ? 'rowid AS _rowid, ' : ''}* FROM ${quoteName(table)}`,
      args: [],
    },
    {
      sql: `INSERT INTO ${archives} SELECT ?, ?, ?, ?, count(*), ? FROM ${quoteName(archive)}`,
      args: [run, table, archive, JSON.stringify(keys), at],
    },
  ]
}
