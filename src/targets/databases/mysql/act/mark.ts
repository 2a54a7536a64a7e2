import type { MarkDatabase } from '../../../../state/command.ts'
import { isMarked, markGone, markText } from '../../../../state/drill/mark.ts'
import type { Fault } from '../../../../state/fault.ts'
import type { RunContext } from '../../../permit.ts'
import { drills } from '../../names.ts'
import { quoteName } from '../names.ts'
import type { MysqlConfig } from '../config.ts'
import { drillSight, serverIdentity } from '../drill.ts'
import type { Session } from '../session.ts'

/** What the server and the schema are, in a table of its own, and looked at again. */
export async function markSchema(
  config: MysqlConfig,
  session: Session,
  command: MarkDatabase,
  who: string,
  { environment, run }: RunContext,
): Promise<string | Fault> {
  const identity = await serverIdentity(session.rows, config)
  const mark = { environment, class: command.class, at: config.now().toISOString(), by: who, run, identity }
  await session.run(
    `CREATE TABLE IF NOT EXISTS ${quoteName(drills)} (id TINYINT NOT NULL PRIMARY KEY, mark TEXT NOT NULL) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`,
  )
  await session.run(`REPLACE INTO ${quoteName(drills)} (id, mark) VALUES (1, ?)`, markText(mark))
  const after = await drillSight(session.rows, config)
  return isMarked(after, mark)
    ? `${command.database} is marked for drills of ${environment}`
    : markGone(`database ${command.database}`)
}
