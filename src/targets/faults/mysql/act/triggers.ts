import type { MysqlConfig } from '../../../databases/mysql/config.ts'
import { quoteName } from '../../../databases/mysql/names.ts'
import { openSession, type Session } from '../../../databases/mysql/session.ts'
import { drillTrigger } from '../../../databases/names.ts'
import type { Found } from '../seen.ts'
import { timed, type Put } from './put.ts'

/** Whoever changes rows of the table is refused, up to a moment that stands in the triggers themselves. */
export async function makeTriggers(config: MysqlConfig, put: Put): Promise<void> {
  const session = openSession(config, config.database.account, async ask => {
    await ask('SET SESSION lock_wait_timeout = 10')
  })
  try {
    const { until, marker } = await timed(session.rows, put)
    const name = drillTrigger(put.run, put.fault.inject)
    const table = quoteName(put.fault.settings.table ?? '')
    for (const on of ['INSERT', 'UPDATE', 'DELETE'])
      await session.run(
        `CREATE TRIGGER ${quoteName(`${name}_${on.toLowerCase()}`)} BEFORE ${on} ON ${table} FOR EACH ROW
BEGIN ${marker}
  IF UTC_TIMESTAMP(3) < '${until}' THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a drill makes this statement fail';
  END IF;
END`,
      )
  } finally {
    await session.close()
  }
}

export async function dropTriggers(session: Session, found: readonly Found[]): Promise<void> {
  for (const { what } of found)
    if (what.kind === 'trigger') await session.run(`DROP TRIGGER IF EXISTS ${quoteName(what.name)}`)
}
