import type { MarkDatabase } from '../../../../state/command.ts'
import { isMarked, markGone, markText } from '../../../../state/drill/mark.ts'
import type { Outcome } from '../../../outcome.ts'
import type { Permit, RunContext } from '../../../permit.ts'
import { drills } from '../../names.ts'
import type { SqliteConfig } from '../config.ts'
import { fileIdentity } from '../drill.ts'
import { childGone, databaseFault } from '../faults.ts'
import { sqliteLook } from '../look.ts'
import { ChildGone, type Session } from '../session.ts'

/** What the file is, in a table of its own, and looked at again. `permit` is spent. */
export async function markFile(
  config: SqliteConfig,
  session: Session,
  command: MarkDatabase,
  permit: Permit,
  { environment, run }: RunContext,
): Promise<Outcome> {
  const identity = await fileIdentity(config)
  if (!identity.ok) return { ok: false, fault: identity.fault, observed: null }
  const at = config.now().toISOString()
  const mark = { environment, class: command.class, at, by: permit.who, run, identity: identity.value }
  const statements = [
    {
      sql: `CREATE TABLE IF NOT EXISTS ${drills} (id INTEGER PRIMARY KEY CHECK (id = 1), mark TEXT NOT NULL)`,
      args: [],
    },
    { sql: `INSERT OR REPLACE INTO ${drills} (id, mark) VALUES (1, ?)`, args: [markText(mark)] },
  ]
  try {
    const reply = await session.ask({ ask: 'write', statements, checkForeignKeys: false })
    if (!reply.ok)
      return { ok: false, fault: databaseFault(config.name, reply, 'It bears no mark of this run.'), observed: null }
  } catch (error) {
    // Whoever probes it next sees on which side of the mark it is.
    if (error instanceof ChildGone) return { ok: false, unknown: true, fault: childGone(config.name), observed: null }
    throw error
  }
  const look = sqliteLook({ ...config, lockFd: null })
  const after = await look.drill().finally(look.close)
  if (!after.ok) return { ok: false, unknown: true, fault: after.fault, observed: null }
  if (!isMarked(after.value, mark))
    return { ok: false, fault: markGone(`database ${command.database}`), observed: null }
  return { ok: true, observed: null, says: `${command.database} is marked for drills of ${environment}` }
}
