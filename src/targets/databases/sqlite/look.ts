import { stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { DatabaseCommand } from '../../../state/command.ts'
import type { DatabaseFact, Migration, Probed } from '../../../state/facts.ts'
import type { Fault, Result } from '../../../state/fault.ts'
import { statementsOf } from '../../../state/migrations/statements.ts'
import type { Json } from '../../../state/json.ts'
import type { AtRisk } from '../../../state/plan.ts'
import { effectsIn } from '../../../state/sql/effects-in.ts'
import type { RunContext } from '../../permit.ts'
import { fingerprintOf } from '../fingerprint.ts'
import type { Conflict, DatabaseLook } from '../port.ts'
import { judgeMark } from '../drill-mark.ts'
import { archivesIn, conflictsIn, type KeptTable } from '../kept-rows.ts'
import type { Query } from '../query.ts'
import { findClones } from './clones.ts'
import { drillSight } from './drill.ts'
import { lookSession, type SqliteConfig } from './config.ts'
import { childGone, databaseFault } from './faults.ts'
import { archives, conflicts, isOurs, markOf, marks } from '../names.ts'
import { copyName, quoteName } from './names.ts'
import { columnsOf, countRows, readSchema, tablesOf } from './schema.ts'
import { ChildGone, type Session } from './session.ts'
import { trackingNow } from '../tracking.ts'

/** A handle that can only read, in a child of its own. */
export function sqliteLook(config: SqliteConfig): DatabaseLook {
  const session = lookSession(config)
  const look = <T>(read: (query: Query) => Promise<T>): Promise<Result<T>> => reading(config, session, read)
  return {
    observe: () => observe(config, look),
    drill: () => drillSight(config, look),
    reader: () => Promise.resolve(statementsOf),
    atRisk: migrations => look(query => countAtRisk(config, query, migrations)),
    // A statement that fails is taken back whole, and the file is nobody else's then.
    prechecks: () => Promise.resolve({ ok: true, value: [] }),
    probe: (command, context) => probe(config, look, command, context),
    pulse: () => look(query => query('SELECT 1').then(() => ({ works: [] }))),
    cell: sql => look(query => firstCell(query, sql)),
    conflicts: context => look(query => readConflicts(query, context)),
    archives: () => look(readArchives),
    backups: () => Promise.resolve(null),
    clones: () => findClones(config),
    binlog: () => Promise.resolve(null),
    stretch: () => Promise.resolve(null),
    close: session.close,
  }
}

export type Look = <T>(read: (query: Query) => Promise<T>) => Promise<Result<T>>

class Refused extends Error {
  readonly fault: Fault
  constructor(fault: Fault) {
    super(fault.what)
    this.fault = fault
  }
}

async function reading<T>(
  { name }: SqliteConfig,
  session: Session,
  read: (query: Query) => Promise<T>,
): Promise<Result<T>> {
  const query: Query = async (sql, ...args) => {
    const reply = await session.ask({ ask: 'read', sql, args })
    if (reply.ok) return reply.rows
    throw new Refused(databaseFault(name, reply, 'It was only read; nothing was changed.'))
  }
  try {
    return { ok: true, value: await read(query) }
  } catch (error) {
    if (error instanceof Refused) return { ok: false, fault: error.fault }
    if (error instanceof ChildGone) return { ok: false, fault: childGone(name) }
    throw error
  }
}

async function observe(config: SqliteConfig, look: Look): Promise<DatabaseFact> {
  const table = config.database.migrations?.table
  const read = await look(async query => {
    const schema = await readSchema(query, table === undefined ? [] : [table])
    const tables = await tablesOf(query)
    const hasTable = (name: string): Promise<boolean> => Promise.resolve(tables.includes(name))
    const tracked = await trackingNow(query, config.database.migrations, quoteName, hasTable)
    const counted = tables.filter(name => !isOurs(name) && name !== table)
    const rows = await Promise.all(counted.map(async name => [name, await countRows(query, name)] as const))
    return {
      schema,
      fingerprint: fingerprintOf(schema),
      ...tracked,
      rows: Object.fromEntries(rows),
    }
  })
  const { file } = config.database
  const [size, disk] = await Promise.all([stat(file).catch(() => null), statfs(dirname(file)).catch(() => null)])
  const room = { sizeBytes: size?.size ?? null, freeBytes: disk === null ? null : disk.bavail * disk.bsize }
  if (read.ok) return { fault: null, migrations: [], ...read.value, ...room }
  return { fault: read.fault, fingerprint: null, schema: [], applied: [], migrations: [], rows: {}, ...room }
}

async function countAtRisk(
  { name }: SqliteConfig,
  query: Query,
  migrations: readonly Migration[],
): Promise<readonly AtRisk[]> {
  const tables = await tablesOf(query)
  const risks: AtRisk[] = []
  for (const effect of migrations.flatMap(({ down }) => (down ?? []).flatMap(effectsIn))) {
    if (!('table' in effect) || !tables.includes(effect.table)) continue
    const risk = { database: name, table: effect.table, archived: false }
    if (effect.kind === 'drop table') risks.push({ ...risk, column: null, rows: await countRows(query, effect.table) })
    if (effect.kind === 'rows' && effect.verb === 'delete')
      risks.push({ ...risk, column: null, rows: await countRows(query, effect.table) })
    if (effect.kind !== 'drop column') continue
    const there = (await columnsOf(query, effect.table)).some(column => column.name === effect.column)
    if (!there) continue
    const rows = await countRows(query, effect.table, `WHERE ${quoteName(effect.column)} IS NOT NULL`)
    risks.push({ ...risk, column: effect.column, rows })
  }
  return risks
}

/** A marker row, written in the same transaction as the work it stands for, is the proof that it was committed. */
async function probe(config: SqliteConfig, look: Look, command: DatabaseCommand, context: RunContext): Promise<Probed> {
  if (command.kind === 'database.mark') return judgeMark(await drillSight(config, look), command, context.environment)
  if (command.kind === 'database.copy') {
    const copy = await stat(copyName(config.database.file, context.run)).catch(() => null)
    const says = copy === null ? 'there is no safety copy of this run' : `a safety copy of ${copy.size} bytes is there`
    return { verdict: copy === null ? 'not yet' : 'holds', observed: copy === null ? null : { bytes: copy.size }, says }
  }
  const mark = markOf(command)
  const marked = await look(async query => {
    if (!(await tablesOf(query)).includes(marks)) return null
    const [row] = await query(`SELECT at FROM ${marks} WHERE run = ? AND mark = ?`, context.run, mark)
    return row?.['at'] ?? null
  })
  if (!marked.ok) return { verdict: 'unclear', observed: null, says: marked.fault.what }
  if (marked.value === null) return { verdict: 'not yet', observed: null, says: `no marker of "${mark}"` }
  return {
    verdict: 'holds',
    observed: { committedAt: marked.value },
    says: `"${mark}" was committed at ${String(marked.value)}`,
  }
}

async function firstCell(query: Query, sql: string): Promise<Json> {
  const [row] = await query(sql)
  return row === undefined ? null : (Object.values(row)[0] ?? null)
}

async function readConflicts(query: Query, { run }: RunContext): Promise<readonly Conflict[]> {
  return (await tablesOf(query)).includes(conflicts) ? conflictsIn(query, run) : []
}

async function readArchives(query: Query): Promise<readonly KeptTable[]> {
  return (await tablesOf(query)).includes(archives) ? archivesIn(query) : []
}
