import type { MysqlConfig } from './config.ts'
import { openSession, type LastingSession, type Session } from './session.ts'

/** Can only read: the server refuses everything else on it. */
export function lookSession(config: MysqlConfig, account = config.database.reader ?? config.database.account): Session {
  const { lookSeconds = 60 } = config
  return openSession(config, account, async ask => {
    await ask(
      (await isMaria(ask))
        ? `SET SESSION max_statement_time = ${lookSeconds}`
        : `SET SESSION max_execution_time = ${lookSeconds * 1000}`,
    )
    await ask('SET SESSION TRANSACTION READ ONLY')
  })
}

/** Can only read, for as long as it takes. */
export function longSession(
  config: MysqlConfig,
  account = config.database.reader ?? config.database.account,
): LastingSession {
  return openSession(config, account, async ask => {
    await ask('SET SESSION TRANSACTION READ ONLY')
  })
}

export async function isMaria(ask: Session['rows']): Promise<boolean> {
  const [row] = await ask('SELECT VERSION() AS version')
  return String(row?.['version']).includes('MariaDB')
}
