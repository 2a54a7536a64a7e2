import type { DatabaseCommand } from '../../../../state/command.ts'
import type { Evidence } from '../../../outcome.ts'
import type { RunContext } from '../../../permit.ts'
import { markOf, sums } from '../../names.ts'
import type { MysqlConfig } from '../config.ts'
import { quoteName } from '../names.ts'
import type { Session } from '../session.ts'
import { sumsHeeded } from '../sums/heeded.ts'
import { ensureMarks, markDone } from './marks.ts'
import { inTransaction } from './transaction.ts'

/** Checksums of tables before the first statement, kept where a run that is gone on with finds them. */
export async function sumUp(
  config: MysqlConfig,
  session: Session,
  command: Extract<DatabaseCommand, { kind: 'database.sum' }>,
  context: RunContext,
  evidence: Evidence,
): Promise<string> {
  const found = await sumsHeeded(config, session.rows, command.tables, evidence)
  await ensureMarks(session)
  await session.run(
    `CREATE TABLE IF NOT EXISTS ${quoteName(sums)} (run VARCHAR(64) NOT NULL, tbl VARCHAR(64) NOT NULL, n BIGINT NOT NULL, checksum VARCHAR(40) NOT NULL, PRIMARY KEY (run, tbl)) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`,
  )
  await inTransaction(session, async () => {
    for (const { table, rows, sum } of found.sums)
      await session.run(
        `REPLACE INTO ${quoteName(sums)} (run, tbl, n, checksum) VALUES (?, ?, ?, ?)`,
        context.run,
        table,
        rows,
        sum,
      )
    await markDone(session, context, markOf(command), config.now().toISOString())
  })
  return `${found.sums.length} tables summed up`
}
