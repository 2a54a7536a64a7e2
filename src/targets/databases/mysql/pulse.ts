import { oneLine } from '../../../state/text.ts'
import type { Pulse, Work } from '../port.ts'
import type { Query, Row } from '../query.ts'
import { transactions, waitsFor } from './blockers.ts'
import type { MysqlConfig } from './config.ts'
import type { Doing } from './hand.ts'
import { firstThat } from './replication.ts'

/** Whether it answers, and what Astern has at work on it, as far as the server tells; what another process has, by its mark. */
export async function pulse(query: Query, config: MysqlConfig): Promise<Pulse> {
  const doings = config.doing?.() ?? []
  const statements = await atWork(
    query,
    doings.flatMap(({ session }) => session ?? []),
  )
  const works: Work[] = []
  for (const doing of doings) {
    const statement = statements.find(({ id }) => id === doing.session)
    works.push(statement === undefined ? withoutStatement(doing) : await workAt(query, config, statement, doing))
  }
  if (works.length > 0) return { works }
  for (const statement of statements) works.push(await workAt(query, config, statement, null))
  return { works }
}

async function workAt(query: Query, config: MysqlConfig, statement: AtWork, doing: Doing | null): Promise<Work> {
  const waiting = await waitsFor(query, config, statement.id)
  return {
    what: doing?.what ?? statement.what,
    ...(doing === null ? {} : { of: doing.of }),
    seconds: statement.seconds,
    ...(waiting === null ? await farOf(query, statement, doing) : { percent: null, waitsFor: waiting }),
    ...landedOf(doing),
  }
}

type AtWork = {
  readonly id: number
  readonly what: string
  readonly seconds: number
  readonly state: string
  /** As MariaDB tells it of a statement that copies; 0 of `stages`: it does not. */
  readonly stage: number
  readonly stages: number
  readonly percent: number
}

async function atWork(query: Query, sessions: readonly number[]): Promise<readonly AtWork[]> {
  const own = sessions.length === 0 ? '' : `id IN (${sessions.join(', ')}) OR `
  const from = `FROM information_schema.processlist WHERE info IS NOT NULL AND (${own}info LIKE '/* astern %') AND id <> CONNECTION_ID()`
  const rows = await firstThat(query, [
    `SELECT id, info, time, state, stage, max_stage, progress ${from}`,
    // MySQL's list has no such columns.
    `SELECT id, info, time, state, 0 AS stage, 0 AS max_stage, 0 AS progress ${from}`,
  ])
  return (rows ?? []).map(workOf)
}

function workOf(row: Row): AtWork {
  const [id, info, seconds, state, stage, stages, percent] = Object.values(row)
  const what = oneLine(String(info).replace(/^\/\*.*?\*\/\s*/, ''), 60)
  return {
    id: Number(id),
    what,
    seconds: Number(seconds),
    state: String(state ?? ''),
    stage: Number(stage),
    stages: Number(stages),
    percent: Number(percent),
  }
}

function withoutStatement(doing: Doing): Work {
  const { what, of, seconds, percent = null, pauses = null } = doing
  return { what, of, seconds, ...far(percent, seconds), ...(pauses === null ? {} : { pauses }), ...landedOf(doing) }
}

function landedOf(doing: Doing | null): Pick<Work, 'landed'> {
  return doing?.landed === undefined ? {} : { landed: doing.landed }
}

type Far = Pick<Work, 'percent' | 'toGo' | 'part' | 'rows'>

/** How far it is: a copy by its stages, a change in place by the server's count of it, rows by those that are changed. */
async function farOf(
  query: Query,
  { id, seconds, state, stage, stages, percent }: AtWork,
  doing: Doing | null,
): Promise<Far> {
  if (stages > 0) {
    const part = stages === 1 ? {} : { part: `stage ${stage} of ${stages}, ${state}` }
    // How long a later stage is at it already the server does not tell.
    return percent > 0 ? { ...far(percent, stage > 1 ? null : seconds), ...part } : { percent: null, ...part }
  }
  const inPlace = /^altering table|^alter/i.test(state) ? await changedInPlace(query) : null
  if (inPlace !== null) return far(inPlace, seconds)
  const staged = await stagedOnMysql(query, id)
  if (staged !== null) return far(staged, seconds)
  const rows = (await transactions(query)).get(id)?.rows ?? 0
  // An estimate that is passed tells nothing any more.
  const all = doing?.rows ?? 0
  if (rows > 0) return { ...far(rows < all ? (100 * rows) / all : null, seconds), rows }
  return doing?.percent === undefined || doing.pauses != null ? { percent: null } : far(doing.percent, doing.seconds)
}

/** `seconds`: how long that share took; null: not known. */
function far(percent: number | null, seconds: number | null): Far {
  if (percent === null) return { percent: null }
  const share = Math.min(100, percent)
  // Of its first second nothing can be told yet.
  if (seconds === null || seconds < 1 || share < 1) return { percent: share }
  return { percent: share, toGo: Math.round((seconds * (100 - share)) / share) }
}

/** MariaDB counts to 10,000, for the whole server: one change in place at a time is what it is made for. */
async function changedInPlace(query: Query): Promise<number | null> {
  const [row] = await query("SHOW GLOBAL STATUS LIKE 'Innodb_onlineddl_pct_progress'")
  const share = Number(Object.values(row ?? {})[1] ?? 0)
  return share > 0 ? share / 100 : null
}

/** Where the performance schema watches stages: https://dev.mysql.com/doc/refman/8.4/en/monitor-alter-table-performance-schema.html */
async function stagedOnMysql(query: Query, session: number): Promise<number | null> {
  const [row] =
    (await firstThat(query, [
      `SELECT WORK_COMPLETED, WORK_ESTIMATED FROM performance_schema.events_stages_current JOIN performance_schema.threads USING (THREAD_ID) WHERE PROCESSLIST_ID = ${session} AND WORK_ESTIMATED > 0`,
    ])) ?? []
  if (row === undefined) return null
  const [done, all] = Object.values(row).map(Number)
  return (100 * (done ?? 0)) / (all ?? 1)
}
