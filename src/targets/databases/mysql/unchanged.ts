import type { TryCommand } from '../../../state/command.ts'
import type { Account } from '../../../state/manifest.ts'
import type { Evidence, Outcome } from '../../outcome.ts'
import type { RunContext } from '../../permit.ts'
import { sums } from '../names.ts'
import type { MysqlConfig } from './config.ts'
import { databaseFault } from './faults.ts'
import { quoteName } from './names.ts'
import type { Session } from './session.ts'
import { longSession } from './sessions.ts'
import { sumsHeeded } from './sums/heeded.ts'
import { tooBusy, TooBusy } from './sums/load.ts'
import type { TableSum } from './sums/sum.ts'
import { LinkLost, Refused } from './trouble.ts'

type Unchanged = Extract<TryCommand, { kind: 'database.unchanged' }>

/** The sums that were kept before the first statement, against those of now; on a session of its own, which may take long. */
export async function unchanged(
  config: MysqlConfig,
  account: Account | undefined,
  { tables }: Unchanged,
  { run }: RunContext,
  evidence: Evidence,
  signal: AbortSignal,
): Promise<Outcome> {
  const session = longSession(config, account)
  try {
    return await session.whole(one => compared(config, one, tables, run, evidence, signal))
  } catch (error) {
    if (error instanceof TooBusy) return { ok: false, fault: tooBusy(config.name, error), observed: null }
    if (!(error instanceof Refused || error instanceof LinkLost)) throw error
    return {
      ok: false,
      fault: databaseFault(config.name, error, 'It was only read; nothing was changed.'),
      observed: null,
    }
  } finally {
    await session.close()
  }
}

async function compared(
  config: MysqlConfig,
  session: Session,
  tables: readonly string[],
  run: string,
  evidence: Evidence,
  signal: AbortSignal,
): Promise<Outcome> {
  const { name } = config
  const kept = await session.rows(`SELECT tbl, n, checksum FROM ${quoteName(sums)} WHERE run = ?`, run)
  const before = new Map(kept.map(({ tbl, n, checksum }) => [String(tbl), { rows: Number(n), sum: String(checksum) }]))
  const now = await sumsHeeded(config, session.rows, tables, evidence, signal)
  const misses = [
    ...now.sums.flatMap(sum => missOf(sum, before.get(sum.table))),
    ...now.missing.map(table => `${table} is not there any more`),
    ...(now.stopped ? ['it was not summed up to the end'] : []),
  ]
  const observed = { tables: now.sums.length, misses }
  if (misses.length > 0) return { ok: false, fault: changed(name, misses), observed }
  return { ok: true, observed, says: `${now.sums.length} tables that nothing was to change are as they were` }
}

function missOf({ table, rows, sum }: TableSum, before: { rows: number; sum: string } | undefined): readonly string[] {
  if (before === undefined) return [`${table} was not summed up before`]
  if (before.rows !== rows) return [`${table} had ${before.rows} rows and has ${rows}`]
  return before.sum === sum ? [] : [`${table} has other values in its ${rows} rows`]
}

function changed(name: string, misses: readonly string[]) {
  return {
    code: 'database.changed',
    what: `Tables of ${name} that nothing was to change are not as they were: ${misses.join('; ')}`,
    means:
      'Somebody wrote past the fence, or a statement does more than its text tells. The writers are still kept out.',
    next: 'Look at these tables and at the evidence of the statements; skip with a reason to let the writers in again, which the record shows.',
  }
}
