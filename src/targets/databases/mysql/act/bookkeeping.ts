import type { StatementCommand } from '../../../../state/command.ts'
import { quoteName } from '../names.ts'
import type { Session } from '../session.ts'

/** With a migration's last statement the tool's own tables say so. */
export async function bookkeep(session: Session, command: StatementCommand): Promise<void> {
  const { direction, index, of, migration, migrationsTable, book } = command
  if (index < of) return
  if (book !== undefined) {
    for (const { sql, args } of book) await session.run(sql, ...args)
    return
  }
  const table = quoteName(migrationsTable)
  await session.run(
    direction === 'down' ? `DELETE FROM ${table} WHERE version = ?` : `INSERT INTO ${table} (version) VALUES (?)`,
    migration,
  )
}
