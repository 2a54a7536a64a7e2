import type { Query } from '../../query.ts'
import type { MysqlConfig } from '../config.ts'
import { firstThat } from '../replication.ts'
import { lackingRights } from '../rights.ts'

/** What a server says of its binlog. */
export type BinlogServer = {
  /** The program of its own that reads one. */
  readonly program: 'mariadb-binlog' | 'mysqlbinlog'
  /** Oldest first. */
  readonly files: readonly { readonly name: string; readonly bytes: number }[]
  /** Why nothing of it can be used, a sentence each. */
  readonly amiss: readonly string[]
}

/** Rights on the whole server, any one of a line, as each of the two spells them. To undo rows no replaying is needed without writing. */
const rights = {
  maria: [['BINLOG MONITOR', 'SUPER'], ['REPLICATION SLAVE'], ['BINLOG REPLAY', 'SUPER']],
  mysql: [['REPLICATION CLIENT', 'SUPER'], ['REPLICATION SLAVE'], ['BINLOG_ADMIN', 'SUPER']],
} as const

export async function askServer(query: Query, config: MysqlConfig): Promise<BinlogServer> {
  const [row] = await query('SELECT VERSION() AS version, @@log_bin AS log_bin')
  const isMaria = String(row?.['version']).includes('MariaDB')
  const program = isMaria ? 'mariadb-binlog' : 'mysqlbinlog'
  const nothing = { program, files: [] } as const
  if (!isOn(row?.['log_bin'])) return { ...nothing, amiss: ['its server writes no binlog'] }
  const lacks = await lackingRights(query, config, isMaria ? rights.maria : rights.mysql)
  const { user } = config.database.account
  if (lacks.length > 0)
    return {
      ...nothing,
      amiss: [
        `the account ${user} may not read and replay its server's binlog: GRANT ${lacks.join(', ')} ON *.* to it`,
      ],
    }
  const files = await firstThat(query, ['SHOW BINARY LOGS'])
  if (files === null) return { ...nothing, amiss: [`the account ${user} is not shown which binlogs its server has`] }
  return {
    program,
    files: files.map(one => {
      const [name, bytes] = Object.values(one)
      return { name: String(name), bytes: Number(bytes) }
    }),
    amiss: [...(await filtered(query, config)), ...(await lenient(query))],
  }
}

/** A schema that the server keeps out of its binlog. */
async function filtered(query: Query, { database: { database } }: MysqlConfig): Promise<readonly string[]> {
  const rows = await firstThat(query, ['SHOW MASTER STATUS', 'SHOW BINARY LOG STATUS'])
  const [row = {}] = rows ?? []
  const named = (column: string): readonly string[] =>
    String(row[column] ?? '')
      .split(',')
      .filter(name => name !== '')
  const [only, never] = [named('Binlog_Do_DB'), named('Binlog_Ignore_DB')]
  return (only.length > 0 && !only.includes(database)) || never.includes(database)
    ? [`its server keeps ${database} out of its binlog (binlog_do_db, binlog_ignore_db)`]
    : []
}

/** A server that passes over rows it does not find, or fires triggers for replayed rows, does not give what is counted on. */
async function lenient(query: Query): Promise<readonly string[]> {
  const rows = await query(
    "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('slave_exec_mode', 'replica_exec_mode', 'slave_run_triggers_for_rbr')",
  )
  return rows.flatMap(row => {
    const [name, value] = Object.values(row).map(String)
    return value === 'STRICT' || value === 'NO' ? [] : [`its server has ${name ?? ''} = ${value ?? ''}`]
  })
}

function isOn(value: unknown): boolean {
  return value === 1 || value === '1' || value === 'ON'
}
