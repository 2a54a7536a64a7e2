import type { RehearsedRows } from './manifest.ts'
import type { StatementCommand } from './statement-command.ts'

/** `clone`: the end of its name, the same in all commands of one rehearsal. */
export type RehearsalCommand =
  /** Today's structure and rows, in a schema (or file) of its own. What an earlier rehearsal left behind goes first. */
  | {
      readonly kind: 'database.clone'
      readonly database: string
      readonly clone: string
      readonly rows: RehearsedRows
    }
  /** One statement of the way back, in the clone; and with a refusal, what the server says of it. */
  | {
      readonly kind: 'database.rehearse'
      readonly database: string
      readonly clone: string
      readonly statement: StatementCommand
    }
  /** Which schema the clone has now. */
  | { readonly kind: 'database.reached'; readonly database: string; readonly clone: string }
  | { readonly kind: 'database.unclone'; readonly database: string; readonly clone: string }

export function isRehearsal(command: { readonly kind: string }): command is RehearsalCommand {
  return (rehearsals as readonly string[]).includes(command.kind)
}

export const rehearsals = ['database.clone', 'database.rehearse', 'database.reached', 'database.unclone'] as const

export function describeRehearsal(command: RehearsalCommand): string {
  const { database } = command
  switch (command.kind) {
    case 'database.clone':
      return `clone ${database} with ${rowsWords(command.rows)}`
    case 'database.rehearse': {
      const { direction, migration, index, of } = command.statement
      return `rehearse ${direction} ${migration} of ${database}, statement ${index} of ${of}`
    }
    case 'database.reached':
      return `look which schema the clone of ${database} has`
    case 'database.unclone':
      return `drop the clone of ${database}`
  }
}

function rowsWords(rows: RehearsedRows): string {
  if (rows === 'all') return 'all its rows'
  return rows === 'none' ? 'no rows' : `${rows} rows of each table`
}
