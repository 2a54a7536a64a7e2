import { setTimeout as pause } from 'node:timers/promises'
import type { Fault } from '../../../../state/fault.ts'
import type { Account } from '../../../../state/manifest.ts'
import type { Evidence, Outcome } from '../../../outcome.ts'
import type { RunContext } from '../../../permit.ts'
import { marks } from '../../names.ts'
import type { Query } from '../../query.ts'
import type { MysqlConfig } from '../config.ts'
import type { MysqlLook } from '../look.ts'
import { quoteName } from '../names.ts'
import { fingerprintNow, hasTable } from '../seen.ts'
import { atReplicas } from './followers.ts'

const pollMs = 500

/**
 * Every replica has what this run wrote, before anybody reads there again: all its markers, each committed with or after what it
 * stands for, and the same schema. So no position of a binlog has to be read, which wants rights and means another thing on each kind of server.
 */
export async function follow(
  config: MysqlConfig,
  account: Account | undefined,
  look: MysqlLook,
  { run }: RunContext,
  evidence: Evidence,
  signal: AbortSignal,
): Promise<Outcome> {
  const wanted = await look.reading(query => standsAt(query, config, run))
  if (!wanted.ok) return { ok: false, fault: wanted.fault, observed: null }
  for (let said = ''; ; ) {
    const seen = await atReplicas(config, account, async (query, place) => ({
      place,
      stands: await standsAt(query, config, run),
    }))
    const behind = seen.flatMap(one => {
      if ('amiss' in one) return [`${one.place}: ${one.amiss ?? ''}`]
      if (one.stands.marks !== wanted.value.marks) return [`${one.place} has not all of it yet`]
      return one.stands.schema === wanted.value.schema ? [] : [`${one.place} has another schema`]
    })
    if (behind.length === 0) return { ok: true, observed: null, says: `${seen.length} replicas have all of it` }
    if (behind.join() !== said) evidence(behind.join('; '))
    said = behind.join()
    await pause(pollMs, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return { ok: false, fault: theyLag(config.name, behind), observed: null }
  }
}

async function standsAt(
  query: Query,
  config: MysqlConfig,
  run: string,
): Promise<{ readonly marks: string; readonly schema: string }> {
  const rows = (await hasTable(query, config, marks))
    ? await query(`SELECT mark, done, at FROM ${quoteName(marks)} WHERE run = ? ORDER BY mark`, run)
    : []
  return { marks: JSON.stringify(rows), schema: await fingerprintNow(query, config) }
}

function theyLag(name: string, behind: readonly string[]): Fault {
  return {
    code: 'database.behind',
    what: `Replicas of database ${name} do not have what was done: ${behind.join('; ')}`,
    means: 'Whoever reads there would meet the former schema or the former rows. The writers are still kept out.',
    next: 'Retry once they follow; or keep readers off them, and skip this step with that reason.',
  }
}
