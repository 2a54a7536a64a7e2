import { isRehearsal } from '../../../state/rehearsal-command.ts'
import { cellOrFault, proveWhole } from '../proof.ts'
import type { DatabaseTry } from '../port.ts'
import type { SqliteConfig } from './config.ts'
import { sqliteLook } from './look.ts'
import { sqliteRehearsals } from './rehearsal.ts'

export function sqliteTry(config: SqliteConfig): DatabaseTry {
  const look = sqliteLook(config)
  const rehearsals = sqliteRehearsals(config)
  return {
    ...look,
    close: async () => {
      await Promise.all([look.close(), rehearsals.close()])
    },
    attempt: async (command, context, evidence) => {
      if (isRehearsal(command)) return rehearsals.attempt(command, context, evidence)
      return command.kind === 'database.prove'
        ? proveWhole(config, look, command, evidence, async expect => {
            expect('integrity check', await cellOrFault(look, 'PRAGMA integrity_check'), 'ok')
            const orphans = 'SELECT count(*) FROM pragma_foreign_key_check'
            expect('rows that refer to nothing', await cellOrFault(look, orphans), 0)
            return { ok: true, value: 'integrity' }
          })
        : { ok: true, observed: null, says: 'counted when the plan was made: nobody else is at the file' }
    },
  }
}
