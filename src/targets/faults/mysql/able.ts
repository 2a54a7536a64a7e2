import type { Inject } from '../../../state/drill/scenario.ts'
import type { Result } from '../../../state/fault.ts'
import type { MysqlConfig } from '../../databases/mysql/config.ts'
import { covers, grantsOf, has, lackingRights } from '../../databases/mysql/rights.ts'
import { firstThat } from '../../databases/mysql/replication.ts'
import { hasTable } from '../../databases/mysql/seen.ts'
import type { Query } from '../../databases/query.ts'
import { unable } from '../unable.ts'

export async function ableOnMysql(inject: Inject, query: Query, config: MysqlConfig): Promise<Result<string>> {
  const { fault, settings } = inject
  const { table } = settings
  const next = 'Give the inject with: { table: NAME }, one that is there.'
  if (table !== undefined && !(await hasTable(query, config, table)))
    return unable(inject, `there is no table ${table}`, next)
  if (fault !== 'statement_failure')
    return { ok: true, value: 'sessions that the server itself ends, by its own clock' }
  if (table === undefined) return unable(inject, 'it does not say which table', next)
  const { user } = config.database.account
  const { database } = config.database
  const grants = await grantsOf(query, config)
  if (grants?.some(grant => covers(grant, database) && has(grant, 'TRIGGER')) === false)
    return unable(inject, `the account ${user} may make no triggers`, `GRANT TRIGGER ON \`${database}\`.* to it.`)
  // With a binlog a server wants more of whoever makes a trigger.
  const [strict] =
    (await firstThat(query, ['SELECT @@log_bin AS logs, @@log_bin_trust_function_creators AS trusts'])) ?? []
  const isStrict = Number(strict?.['logs'] ?? 0) === 1 && Number(strict?.['trusts'] ?? 1) === 0
  if (isStrict && (await lackingRights(query, config, [['SUPER']])).length > 0)
    return unable(
      inject,
      `the account ${user} may make no triggers while the server writes a binlog`,
      'SET GLOBAL log_bin_trust_function_creators = 1 there, or GRANT SUPER to it.',
    )
  return { ok: true, value: 'triggers that do nothing any more after its time, by the clock of the server' }
}
