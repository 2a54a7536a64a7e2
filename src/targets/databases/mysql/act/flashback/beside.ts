import { binlogStatement, hasChecksums, renamed, rowsIn, tableIn } from '../../binlog/bytes.ts'
import { imagesIn, insertOf } from '../../binlog/images.ts'
import { mapOf } from '../../binlog/reverse.ts'
import { list } from '../../columns.ts'
import { quoteName } from '../../names.ts'
import { cut, hasSchema, within } from '../../restore/sides.ts'
import { columnsOf } from '../../seen.ts'
import { findMark } from '../../marks.ts'
import { markDone } from '../marks.ts'
import { Refused } from '../../trouble.ts'
import { unchecked } from '../restore/claim.ts'
import type { Work } from '../restore/work.ts'
import type { Statement } from './rows.ts'

/** Where the rows stand as each change finds them, and as it leaves them; `_astern_n` numbers the changes. */
export type Beside = {
  readonly schema: string
  readonly before: (table: string) => string
  readonly after: (table: string) => string
}

export function besideOf({ config, context }: Pick<Work, 'config' | 'context'>, tables: readonly string[]): Beside {
  const schema = `${cut(`_astern_${context.run.replaceAll(/\W/g, '_')}_${config.database.database}`, 59)}_back`
  const name = (what: string) => (table: string) => within(schema, `${what}_${tables.indexOf(table)}`)
  return { schema, before: name('before'), after: name('after') }
}

/**
 * The server itself reads the rows of the binlog, into tables of a schema of its own: each as it is found and as it is left, as insertions.
 * What an earlier attempt left there goes first.
 */
export async function laidBeside(
  work: Work,
  tables: readonly string[],
  statements: readonly Statement[],
): Promise<Beside> {
  const { config, session } = work
  const beside = besideOf(work, tables)
  await made(work, beside)
  for (const table of tables)
    for (const into of [beside.before(table), beside.after(table)]) {
      const columns = list((await columnsOf(session.rows, config, table)).map(({ name }) => name))
      await session.run(`CREATE TABLE ${into} ENGINE = InnoDB SELECT ${columns} FROM ${quoteName(table)} LIMIT 0`)
      await session.run(
        `ALTER TABLE ${into} ADD COLUMN _astern_n BIGINT NOT NULL AUTO_INCREMENT, ADD UNIQUE (_astern_n)`,
      )
    }
  let number = 1
  for (const { events, description } of statements) {
    const checksums = hasChecksums(description)
    const maps = new Map(events.flatMap(mapOf))
    await session.run(binlogStatement([description]))
    for (const event of events) {
      const map = maps.get(rowsIn(event)?.table ?? -1)
      if (map === undefined) continue
      const { before, after } = imagesIn(event, map, checksums)
      for (const [what, rows] of [
        ['before', before],
        ['after', after],
      ] as const) {
        if (rows.length === 0) continue
        const table = `${what}_${tables.indexOf(tableIn(map)?.name ?? '')}`
        await session.run(`SET INSERT_ID = ${number}`)
        await session.run(
          binlogStatement([renamed(map, beside.schema, checksums, table), insertOf(event, rows, map, checksums)]),
        )
      }
      number += Math.max(before.length, after.length)
    }
  }
  return beside
}

const mark = 'flashback beside'

/** The run has made, or was about to make, the schema of that name. */
export async function isBesideOf({ config, session, context }: Work): Promise<boolean> {
  return (await findMark(session.rows, config, context, mark))?.done === true
}

/** Its name is the run's; what stands there without its mark is somebody else's. */
async function made(work: Work, { schema }: Beside): Promise<void> {
  const { config, session, context } = work
  const own = await isBesideOf(work)
  if (!own && (await hasSchema(session.rows, schema)))
    throw new Refused(0, `the schema ${schema} is there already, and this run did not make it`)
  if (!own) await markDone(session, context, mark, config.now().toISOString())
  await unchecked(session, () => session.run(`DROP DATABASE IF EXISTS ${quoteName(schema)}`))
  await session.run(`CREATE DATABASE ${quoteName(schema)}`)
}

export async function cleared({ session }: Work, { schema }: Beside): Promise<void> {
  await unchecked(session, () => session.run(`DROP DATABASE IF EXISTS ${quoteName(schema)}`))
}
