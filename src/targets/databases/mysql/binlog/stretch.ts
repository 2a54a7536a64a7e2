import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { BinlogRead, StretchFact } from '../../../../state/binlog/fact.ts'
import { filesBetween, placeText } from '../../../../state/binlog/place.ts'
import { beginStretch, stretchOver, type StretchQuestion } from '../../../../state/binlog/stretch.ts'
import type { StretchAsked } from '../../port.ts'
import type { Query } from '../../query.ts'
import type { MysqlConfig } from '../config.ts'
import { noSides } from '../rights.ts'
import { keyOf } from '../seen.ts'
import { lookSession } from '../sessions.ts'
import { LinkLost, Refused } from '../trouble.ts'
import { OwnHash, ownEvents, ownSql, type Own } from './own.ts'
import { reversedSql } from './reverse.ts'
import { askServer } from './server.ts'
import { firstOffset, readBinlog } from './source.ts'
import { BinlogUnread } from './unread.ts'

const nothing = { from: null, until: null, files: [], tables: [], also: [], sha256: '', sql: null }

/** What a stretch of the binlog wrote, judged and counted, and how it would be taken back as SQL. Nothing is written to the server. */
export async function askStretch(config: MysqlConfig, asked: StretchAsked): Promise<StretchFact> {
  const session = lookSession(config, config.database.account)
  try {
    const { program, files, amiss } = await askServer(session.rows, config)
    if (program !== 'mariadb-binlog') return { ...nothing, amiss: ['only MariaDB takes rows back'] }
    const noRight = await noSides(session.rows, config)
    const why = [...amiss, ...(noRight === null ? [] : [noRight])]
    if (why.length > 0) return { ...nothing, amiss: why }
    const question = await questionOf(session.rows, config, asked)
    if ('amiss' in question) return { ...nothing, amiss: question.amiss }
    const listed = files.map(({ name }) => name)
    const first = typeof asked.from === 'string' ? await fileAt(config, listed, asked.from) : asked.from.file
    const between = filesBetween(listed, first)
    if (typeof between === 'string') return { ...nothing, amiss: [between] }
    return await read(config, between, question, asked)
  } catch (error) {
    if (error instanceof Refused || error instanceof LinkLost || error instanceof BinlogUnread)
      return { ...nothing, amiss: [`its server's binlog cannot be read: ${error.message}`] }
    throw error
  } finally {
    await session.close()
  }
}

/** The newest file that begins before a time. */
async function fileAt(config: MysqlConfig, files: readonly string[], time: string): Promise<string> {
  for (const file of files.toReversed()) {
    const stretch = { files: [file], from: { file, offset: firstOffset }, until: null }
    for await (const said of readBinlog(config, stretch, { program: 'mariadb-binlog' })) {
      if ('description' in said) continue
      if (said.at < time) return file
      break
    }
  }
  return files[0] ?? ''
}

async function questionOf(
  query: Query,
  config: MysqlConfig,
  { tables, from, until }: StretchAsked,
): Promise<StretchQuestion | { readonly amiss: readonly string[] }> {
  const { database: schema } = config.database
  const rows = await query(
    'SELECT table_name AS name, engine FROM information_schema.tables WHERE table_schema = ?',
    schema,
  )
  const engines = new Map(
    rows.map(row => Object.values(row).map(String)).map(([name = '', engine = '']) => [name, engine]),
  )
  const missing = tables.filter(table => !engines.has(table))
  if (missing.length > 0) return { amiss: [`there is no table ${missing.join(', ')}`] }
  const keyless: string[] = []
  for (const table of tables) if ((await keyOf(query, config, table)).length === 0) keyless.push(table)
  const along = await query(
    "SELECT referenced_table_name AS parent, table_name AS child, constraint_name AS name FROM information_schema.referential_constraints WHERE unique_constraint_schema = ? AND delete_rule IN ('CASCADE', 'SET NULL')",
    schema,
  )
  return {
    schema,
    tables,
    from,
    until,
    withoutTransactions: tables.filter(table => /^(?:MyISAM|Aria|MEMORY|CSV|ARCHIVE)$/i.test(engines.get(table) ?? '')),
    withoutKey: keyless,
    takesAlong: Object.fromEntries(
      along.map(({ parent, child, name }) => [String(parent), `the foreign key ${String(name)} of ${String(child)}`]),
    ),
  }
}

async function read(
  config: MysqlConfig,
  files: readonly string[],
  question: StretchQuestion,
  { from, tables, keep }: StretchAsked,
): Promise<StretchFact> {
  const [file = ''] = files
  const begin = typeof from === 'string' ? { file, offset: firstOffset } : from
  const own: Own = { schema: question.schema, tables: new Set(tables) }
  const hash = new OwnHash(own)
  const texts: string[] = []
  let judged = beginStretch(question)
  for await (const said of readBinlog(config, { files, from: begin, until: null }, { program: 'mariadb-binlog' })) {
    if ('description' in said) continue
    judged = stretchOver(judged, said)
    if (said.what.kind !== 'rows' || judged.open?.meant !== true || ownEvents(said.events, own).length === 0) continue
    hash.take(said)
    if (keep === undefined) continue
    const sql = reversedSql(ownSql(said.sql, own)).map(line => line.slice('### '.length))
    texts.push([`-- what ${placeText(said.place)} wrote at ${said.at}`, ...sql, ''].join('\n'))
  }
  const { begun, ended, last, refused, also, tables: counted } = judged
  const until = ended ?? last
  const sql = keep === undefined || begun === null ? null : await kept(keep, texts.toReversed())
  return {
    amiss:
      begun === null || counted.length === 0 ? ['the binlog has no rows of these tables from that stretch'] : refused,
    from: begun,
    until,
    files: between(files, begun?.file, until?.file),
    tables: counted,
    also,
    sha256: hash.now(),
    sql,
  }
}

function between(files: readonly string[], first = '', last = ''): readonly string[] {
  const found = filesBetween(files, first, last)
  return typeof found === 'string' ? [] : found
}

/** Values of rows are data: only this account reads them. */
async function kept(path: string, texts: readonly string[]): Promise<NonNullable<BinlogRead['sql']>> {
  const bytes = Buffer.from(`${texts.join('\n')}\n`, 'latin1')
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await writeFile(path, bytes, { mode: 0o600 })
  return { path, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
}
