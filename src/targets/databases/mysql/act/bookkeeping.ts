import type { DatabaseCommand } from '../../../../state/command.ts'
import { quoteName } from '../names.ts'
import type { Session } from '../session.ts'

export type StatementCommand = Extract<DatabaseCommand, { kind: 'database.statement' }>

/** With a migration's last statement its row in the tool's own table goes, or comes. */
export async function bookkeep(session: Session, command: StatementCommand): Promise<void> {
  const { direction, index, of, migration, migrationsTable } = command
  if (index < of) return
  const table = quoteName(migrationsTable)
  await session.run(
    direction === 'down' ? `DELETE FROM ${table} WHERE version = ?` : `INSERT INTO ${table} (version) VALUES (?)`,
    migration,
  )
}
