import { createHash } from 'node:crypto'
import type { RunContext } from '../../../permit.ts'
import { archives, markOf } from '../../names.ts'
import type { MysqlConfig } from '../config.ts'
import { ensureMarks, markDone } from './marks.ts'
import { quoteName } from '../names.ts'
import { columnsOf, estimateOf, keyOf } from '../seen.ts'
import type { Session } from '../session.ts'
import { inTransaction } from './transaction.ts'

/**
 * Every row of a table as it stands, in a table of Astern's own. The table is made first, empty: whether the rows are in it
 * is told by the marker that shares their transaction.
 */
export async function archive(
  config: MysqlConfig,
  session: Session,
  table: string,
  context: RunContext,
): Promise<number> {
  const columns = (await columnsOf(session.rows, config, table)).map(({ name }) => quoteName(name)).join(', ')
  const keys = await keyOf(session.rows, config, table)
  const name = archiveName(context.run, table)
  await ensureMarks(session)
  await ensureArchives(session)
  const primary = keys.length === 0 ? '' : `(PRIMARY KEY (${keys.map(quoteName).join(', ')}))`
  const at = config.now().toISOString()
  return asItStands(session, async () => {
    // An earlier attempt may have made it, and was cut off before its rows were in.
    await session.run(`DROP TABLE IF EXISTS ${quoteName(name)}`)
    await session.run(
      `CREATE TABLE ${quoteName(name)} ${primary} ENGINE = InnoDB AS SELECT ${columns} FROM ${quoteName(table)} LIMIT 0`,
    )
    return inTransaction(session, async () => {
      config.say?.({ rows: await estimateOf(session.rows, config, table) })
      const rows = await session.run(`INSERT INTO ${quoteName(name)} SELECT ${columns} FROM ${quoteName(table)}`)
      await session.run(
        `INSERT INTO ${quoteName(archives)} (run, tbl, archive, key_columns, n, at) VALUES (?, ?, ?, ?, ?, ?)`,
        context.run,
        table,
        name,
        JSON.stringify(keys),
        rows,
        at,
      )
      await markDone(session, context, markOf({ kind: 'database.archive', database: config.name, table }), at)
      return rows
    })
  })
}

export async function ensureArchives({ run }: Session): Promise<void> {
  await run(
    `CREATE TABLE IF NOT EXISTS ${quoteName(archives)} (run VARCHAR(64) NOT NULL, tbl VARCHAR(64) NOT NULL, archive VARCHAR(64) NOT NULL, key_columns TEXT NOT NULL, n BIGINT NOT NULL, sealed TEXT, at VARCHAR(30) NOT NULL, PRIMARY KEY (run, tbl)) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`,
  )
}

/** Rows move between tables as they are: a zero stays a zero, an odd date stays odd. */
export async function asItStands<T>(session: Session, work: () => Promise<T>): Promise<T> {
  await session.run("SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES,NO_ENGINE_SUBSTITUTION'")
  return work().finally(() => session.run('SET SESSION sql_mode = DEFAULT').catch(() => undefined))
}

/** At most 64 characters, which is what a server takes; what is cut is told apart by a digest. A table may be called `after_orders`: none is `after:orders`. */
export function archiveName(run: string, table: string, what = ''): string {
  const name = `_astern_${run.replaceAll(/\W/g, '_')}_${what === '' ? '' : `${what}:`}${table}`
  if (name.length <= 64) return name
  return `${name.slice(0, 55)}_${createHash('sha256').update(name).digest('hex').slice(0, 8)}`
}
