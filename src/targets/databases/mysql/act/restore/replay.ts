import { few } from '../../../../../state/planner/few.ts'
import { comparePlaces, placeText, type BinlogPlace } from '../../../../../state/binlog/place.ts'
import type { Fault } from '../../../../../state/fault.ts'
import { restoreMark, type RestoreCommand } from '../../../../../state/restore-command.ts'
import { applying } from '../../binlog/apply.ts'
import { binlogStatement } from '../../binlog/bytes.ts'
import { OwnHash, ownEvents, type Own } from '../../binlog/own.ts'
import { copiesOf, type Copy } from '../../binlog/copies.ts'
import { askServer, type BinlogServer } from '../../binlog/server.ts'
import { readBinlog, type ReadOptions } from '../../binlog/source.ts'
import { BinlogUnread } from '../../binlog/unread.ts'
import type { MysqlConfig } from '../../config.ts'
import { findMark } from '../../marks.ts'
import { findSides, tablesOf, type Sides } from '../../restore/sides.ts'
import { untilTheyFollow } from '../../replicas/pause.ts'
import { openSession, type LastingSession } from '../../session.ts'
import { tagOf, waitOut } from '../../tag.ts'
import { Refused } from '../../trouble.ts'
import { markDone } from '../marks.ts'
import { inTransaction } from '../transaction.ts'
import { beginReplay, moveOn, replayedTo, rowsAmiss } from './replayed.ts'
import { ensureTables, inSchema } from './claim.ts'
import { expectLoaded, notLoaded, notWhole } from './verify.ts'
import type { Told, Work } from './work.ts'

type Replay = Extract<RestoreCommand, { kind: 'database.replay' }>

/**
 * Rows of the binlog go into what was loaded, as a replica would write them: to the row and to the byte, no trigger fires, foreign keys do what
 * they did. Some transactions at a time share one of the server's own with the place they reach to: after a crash it goes on from there.
 */
export async function replay(work: Work, command: Replay): Promise<Told | Fault> {
  const { config, session, context, evidence } = work
  const sides = await findSides(session.rows, config, context.run)
  const loaded = (await findMark(session.rows, config, context, 'load'))?.done === true
  if (sides === null || !loaded) return notLoaded(config.name)
  await ensureTables(session)
  const mark = restoreMark(command)
  await waitOut(session.rows, context, mark)
  const server = await askServer(session.rows, config)
  if (server.amiss.length > 0) return unread(config.name, server.amiss.join('; '))
  const begun = await replayedTo(session, context)
  if (begun === null) {
    const misses = await begin(work, sides, command)
    if (misses.length > 0) return notWhole(config.name, misses)
  } else evidence(`goes on from ${placeText(begun)}`)
  const own = openSession(config, config.database.account, () => Promise.resolve())
  try {
    const copies = await copiesFor(config, server, command.files)
    const reading = { program: server.program, copies }
    const rows = await replayAll({ work, own, sides, command, reading }, begun ?? command.from)
    if (typeof rows !== 'number') return rows
    const amiss = await rowsAmiss(work, sides, command)
    if (amiss.length > 0) return notWhole(config.name, amiss)
    await inTransaction(session, () => markDone(session, context, mark, config.now().toISOString()))
    const says = `${rows} rows came in from the binlog, up to ${placeText(command.until)}`
    return { says, observed: { rows, until: placeText(command.until) } }
  } catch (error) {
    if (error instanceof BinlogUnread) return unread(config.name, error.message)
    if (error instanceof Refused && ofRows.has(error.errno)) return doesNotFit(config.name, sides.side, error)
    throw error
  } finally {
    await own.close()
  }
}

/** What was loaded is counted before anything comes into it. */
async function begin(work: Work, { side }: Sides, command: Replay): Promise<readonly string[]> {
  const { session } = work
  const misses: string[] = []
  await inSchema(work, side, async () => {
    const expect = (what: string, got: unknown, wanted: unknown): void => {
      if (String(got) !== String(wanted)) misses.push(`${what}: expected ${String(wanted)}, got ${String(got)}`)
    }
    await expectLoaded(work, command.backup, await tablesOf(session.rows, side), expect)
  })
  if (misses.length === 0) await beginReplay(work, side, command)
  return misses
}

/** A file may have gone from the server since the plan: that it is the same is told by the hash of its rows. */
async function copiesFor(
  config: MysqlConfig,
  server: BinlogServer,
  files: readonly string[],
): Promise<readonly Copy[]> {
  if (files.every(file => server.files.some(({ name }) => name === file))) return []
  return copiesOf(config, server)
}

type Replaying = {
  readonly work: Work
  readonly own: LastingSession
  readonly sides: Sides
  readonly command: Replay
  readonly reading: ReadOptions
}

const [mostStatements, mostBytes, breathMs] = [500, 4 << 20, 5000]

/** How many rows; or why not. What is read has to be what the plan was made of, to the byte. */
async function replayAll(replaying: Replaying, begun: BinlogPlace): Promise<number | Fault> {
  const { work, own, sides, command, reading } = replaying
  const { config, context, evidence } = work
  const ours: Own = { schema: config.database.database, tables: new Set(command.backup.tables.map(({ name }) => name)) }
  const hash = new OwnHash(ours)
  const tag = tagOf(context, restoreMark(command))
  let [at, reached, rows, bytes, breath] = [begun, begun, 0, 0, performance.now()]
  let description: Buffer | null = null
  let waiting: string[] = []
  const flush = async (): Promise<void> => {
    const [head, statements, from, to] = [description, waiting, at, reached]
    if (head === null || statements.length === 0) return
    await own.whole(async one => {
      await one.run(binlogStatement([head]))
      await inTransaction(one, async () => {
        for (const statement of statements) await one.run(`${tag} ${statement}`)
        await moveOn(one, context, from, to)
      })
    })
    ;[at, waiting, bytes] = [to, [], 0]
  }
  for await (const said of readBinlog(
    config,
    { files: command.files, from: command.from, until: command.until },
    reading,
  )) {
    if ('description' in said) {
      await flush()
      description = said.description
      continue
    }
    const { what, place } = said
    const end = { file: place.file, offset: said.end }
    if (what.kind === 'rows') {
      const events = ownEvents(said.events, ours)
      hash.take(said)
      const counted = what.rows.filter(one => one.schema === ours.schema && ours.tables.has(one.table))
      rows += counted.reduce((sum, one) => sum + one.inserted + one.updated + one.deleted, 0)
      if (description === null || events.length === 0 || comparePlaces(end, begun) <= 0) continue
      for (const statement of applying(events, sides.side, description)) {
        waiting.push(statement)
        bytes += statement.length
      }
    }
    const isOver = what.kind === 'commit' || (what.kind === 'query' && /^COMMIT$/i.test(what.text.trim()))
    if (!isOver) continue
    reached = comparePlaces(end, begun) > 0 ? end : begun
    if (waiting.length < mostStatements && bytes < mostBytes) continue
    await flush()
    if (performance.now() - breath > breathMs) {
      evidence(`up to ${placeText(end)}`)
      const late = await untilTheyFollow(config, evidence)
      if (late !== null) return late
      breath = performance.now()
    }
  }
  await flush()
  const [now, named] = [hash.now(), command.tables.reduce((sum, one) => sum + one.rows, 0)]
  return now === command.sha256 ? rows : otherThanShown(config.name, rows, named)
}

/** Refused by a row: it is not there, is there already, or does not fit (https://mariadb.com/kb/en/mariadb-error-code-reference/). */
const ofRows: ReadonlySet<number> = new Set([1032, 1062, 1146, 1451, 1452, 1535, 1677, 1701, 1264, 1406, 1048, 4025])

function unread(name: string, why: string): Fault {
  return {
    code: 'database.binlog-unread',
    what: `The binlog of database ${name} cannot be read: ${why}`,
    means: 'What was replayed of it stands in the schema beside, and nobody uses that. What serves is as it was.',
    next: 'Set right what is named, then retry, which goes on where it stopped; or plan again without --replay.',
  }
}

function doesNotFit(name: string, side: string, { errno, message }: Refused): Fault {
  return {
    code: 'database.replay-does-not-fit',
    what: `The binlog of database ${name} does not fit what was loaded into ${side}`,
    means:
      'Backup and binlog are not of one history, or something was written past the binlog (sql_log_bin = 0). What serves is as it was.',
    next: 'Plan again without --replay: what was written since the backup is then counted by comparing, and returns by its keys.',
    detail: `${errno}: ${message}`,
  }
}

function otherThanShown(name: string, rows: number, named: number): Fault {
  return {
    code: 'database.replay-differs',
    what: `The binlog of database ${name} is another than the plan was made of: ${few([`${rows} rows now`, `${named} then`])}`,
    means: 'What was replayed stands in the schema beside, and is not used. What serves is as it was.',
    next: 'Plan again, and read what would be replayed.',
  }
}
