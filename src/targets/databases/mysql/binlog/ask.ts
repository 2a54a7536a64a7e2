import type { BinlogFact, BinlogRead } from '../../../../state/binlog/fact.ts'
import { beginJudging, judgeEvent } from '../../../../state/binlog/judge.ts'
import { filesBetween, placeText } from '../../../../state/binlog/place.ts'
import type { BinlogAsked } from '../../port.ts'
import type { Query } from '../../query.ts'
import type { MysqlConfig } from '../config.ts'
import { lookSession } from '../sessions.ts'
import { LinkLost, Refused } from '../trouble.ts'
import { copiesOf, notOfServer } from './copies.ts'
import { KeptSql } from './keep.ts'
import { OwnHash, type Own } from './own.ts'
import { askServer, type BinlogServer } from './server.ts'
import { readBinlog, type ReadOptions, type Stretch } from './source.ts'
import { BinlogUnread } from './unread.ts'

/** Whether the binlog reaches from a backup to now, and, where that is asked, all of it judged. Read as a replica reads it; nothing is written. */
export async function askBinlog(config: MysqlConfig, asked: BinlogAsked): Promise<BinlogFact> {
  const { name, position } = asked.backup
  const nothing = { backup: name, from: null, bytes: null, read: null }
  if (position === null)
    return {
      ...nothing,
      amiss: [
        `${name} does not say where the binlog was when it was taken (mariadb-dump has --master-data=2 for that)`,
      ],
    }
  const session = lookSession(config, config.database.account)
  try {
    const server = await askServer(session.rows, config)
    const from = { file: position.file, offset: position.offset }
    const isThere = server.files.some(one => one.name === from.file)
    const copies = server.amiss.length > 0 || isThere ? [] : await copiesOf(config, server)
    const amiss = server.amiss.length > 0 ? server.amiss : await notOurs(session.rows, asked.backup, server)
    if (amiss.length > 0) return { ...nothing, from, amiss }
    const files = [...copies, ...server.files]
    const between = filesBetween(
      files.map(one => one.name),
      from.file,
    )
    if (typeof between === 'string')
      return { ...nothing, from, amiss: [`the binlog does not reach back to ${name}: ${between}`] }
    const used = copies.filter(one => between.includes(one.name))
    const foreign = used.length === 0 ? null : await notOfServer(session.rows, asked.backup, used, server)
    if (foreign !== null) return { ...nothing, from, amiss: [foreign] }
    const bytes = files.reduce((sum, one) => sum + (between.includes(one.name) ? one.bytes : 0), 0) - from.offset
    const copied = used.length === 0 ? {} : { copies: used.map(({ path }) => path) }
    const fact = { backup: name, from, amiss: [], bytes, read: null, ...copied }
    const reading = { program: server.program, copies: used }
    return asked.question === undefined
      ? fact
      : await judged(config, reading, { files: between, from, until: null }, asked, asked.question, fact)
  } catch (error) {
    if (error instanceof Refused || error instanceof LinkLost || error instanceof BinlogUnread)
      return { ...nothing, amiss: [`its server's binlog cannot be read: ${error.message}`] }
    throw error
  } finally {
    await session.close()
  }
}

/** A backup of a replica, or of another server, names places of another log. */
async function notOurs(
  query: Query,
  { name, position }: BinlogAsked['backup'],
  { program, files }: BinlogServer,
): Promise<readonly string[]> {
  if (position === null || program !== 'mariadb-binlog' || !files.some(one => one.name === position.file)) return []
  const { file, offset, gtid } = position
  if (gtid === null)
    return [`${name} names no GTID, so that ${placeText(position)} is of this server's binlog is not proven`]
  const [row] = await query('SELECT BINLOG_GTID_POS(?, ?) AS gtid', file, offset)
  const there = row?.['gtid'] == null ? null : String(row['gtid'])
  return there !== null && sameSet(there, gtid)
    ? []
    : [
        `${placeText(position)} of this server is at GTID ${there ?? 'none'}, and ${name} was taken at ${gtid}: it is of another server`,
      ]
}

function sameSet(one: string, other: string): boolean {
  const parts = (text: string): string =>
    text
      .split(/\s*,\s*/)
      .sort()
      .join()
  return parts(one) === parts(other)
}

async function judged(
  config: MysqlConfig,
  reading: ReadOptions,
  stretch: Stretch,
  { backup, keep }: BinlogAsked,
  question: NonNullable<BinlogAsked['question']>,
  fact: BinlogFact,
): Promise<BinlogFact> {
  const { database: schema } = config.database
  const tables = backup.tables.map(table => table.name)
  const own: Own = { schema, tables: new Set(tables) }
  const hash = new OwnHash(own)
  const kept = keep === undefined ? null : await KeptSql.open(keep, own)
  let judging = beginJudging({ ...question, schema, tables })
  try {
    for await (const said of readBinlog(config, stretch, { ...reading, tracking: question.tracking })) {
      if ('description' in said) continue
      if (said.what.kind === 'begin' && judging.end === null) {
        hash.begin()
        kept?.begin()
      }
      judging = judgeEvent(judging, said)
      if (judging.end !== null || said.what.kind !== 'rows') continue
      hash.take(said)
      await kept?.take(said)
    }
  } catch (error) {
    await kept?.close(false)
    throw error
  }
  const { end, tables: counted, after, leftOut, refused } = judging
  const files = stretch.files.slice(0, end === null ? undefined : stretch.files.indexOf(end.place.file) + 1)
  const sql = (await kept?.close(end === null)) ?? null
  const read: BinlogRead = {
    end,
    files,
    tables: counted,
    after,
    leftOut,
    sha256: end === null ? hash.now() : hash.before(),
    sql,
  }
  return { ...fact, amiss: refused, read }
}
