import { open } from 'node:fs/promises'
import type { BackedUp, Backup } from '../../../../state/backup.ts'
import { gzipSize } from './directory-backup.ts'
import { firstValues, nextIdIn, toIso } from './dump-text.ts'
import { unpacked } from './unpacked.ts'

const headBytes = 8192

/** A file of mysqldump or mariadb-dump, judged by its head and, where it is not packed, its end. */
export async function dumpBackup(path: string, bytes: number, changed: Date): Promise<Backup> {
  const head = await headOf(path)
  const packed = !path.endsWith('.sql')
  const end = packed ? null : await endOf(path, bytes)
  const finished = end === null ? null : finishedIn(end)
  return {
    name: path.slice(path.lastIndexOf('/') + 1),
    path,
    tool: 'mysqldump',
    version:
      /^-- (?:MariaDB|MySQL) dump .*$/m
        .exec(head ?? '')?.[0]
        .slice(3)
        .replaceAll(/\s+/g, ' ') ?? null,
    schema: /^-- Host: .*? {2,}Database: (\S+)/m.exec(head ?? '')?.[1] ?? null,
    begunAt: null,
    finishedAt: finished ?? changed.toISOString(),
    amiss: amissOf(head, packed ? 'packed' : finished),
    read: false,
    checksum: 'not looked at',
    position: positionIn(head ?? ''),
    tables: [],
    migrations: null,
    bytes,
    unpackedBytes: path.endsWith('.gz') ? await gzipSize(path) : packed ? null : bytes,
  }
}

/** The whole of it, once: which tables it holds, which migrations are applied in it, and whether it says that it is complete. */
export async function readDump(backup: Backup, schema: string, migrations: string | null): Promise<Backup> {
  const tables: BackedUp[] = []
  const applied: string[] = []
  const seen = { mine: true, table: '', end: '', bytes: 0, history: false, gtid: null as string | null }
  try {
    for await (const line of lines(unpacked(backup.path))) {
      seen.bytes += line.bytes
      const { text } = line
      const [, current] = /^-- Current Database: `(.*)`/.exec(text) ?? []
      if (current !== undefined) seen.mine = current === schema
      const [, table] = /^CREATE TABLE `((?:[^`]|``)+)`/.exec(text) ?? []
      if (table !== undefined && seen.mine) {
        seen.table = table
        tables.push({ name: table.replaceAll('``', '`'), rows: null, nextId: null })
      }
      const last = tables.at(-1)
      if (last !== undefined && text.startsWith(') ')) tables[tables.length - 1] = { ...last, nextId: nextIdIn(text) }
      if (seen.mine && seen.table === migrations && /^(?:INSERT INTO|\()/.test(text))
        applied.push(...firstValues(text.startsWith('(') ? `,${text}` : text))
      if (seen.mine && /^\/\*M!\d+ SET .*\bsystem_versioning_insert_history=1/.test(text)) seen.history = true
      // Of its own line: the head says file and offset alone.
      seen.gtid ??= /^(?:-- )?SET GLOBAL gtid_slave_pos='([^']+)';/.exec(text)?.[1] ?? null
      if (text.startsWith('-- Dump completed')) seen.end = text
    }
  } catch {
    return { ...backup, amiss: 'it cannot be unpacked to its end' }
  }
  const finished = finishedIn(seen.end)
  return {
    ...backup,
    finishedAt: finished ?? backup.finishedAt,
    amiss: finished === null ? unfinished : tables.length === 0 ? `it holds no table of ${schema}` : null,
    tables: tables.sort((a, b) => (a.name < b.name ? -1 : 1)),
    schema: backup.schema ?? (tables.length > 0 ? schema : null),
    migrations: migrations !== null && tables.some(({ name }) => name === migrations) ? applied.sort() : null,
    ...(seen.history ? { history: true } : {}),
    position: backup.position === null ? null : { ...backup.position, gtid: seen.gtid },
    unpackedBytes: seen.bytes,
  }
}

const unfinished = 'it does not say that it was completed: it is cut off, or was made without comments'

function amissOf(head: string | null, finished: string | null): string | null {
  if (head === null) return 'it cannot be unpacked'
  if (!/^(?:\/\*M?!.*\n)?-- (?:MariaDB|MySQL) dump /.test(head)) return 'it does not begin as a dump does'
  return finished === null ? unfinished : null
}

function finishedIn(text: string): string | null {
  return toIso(/-- Dump completed on ([\d: -]+)/.exec(text)?.[1])
}

function positionIn(head: string): Backup['position'] {
  const [, file, offset] = /(?:MASTER|SOURCE)_LOG_FILE='([^']+)', (?:MASTER|SOURCE)_LOG_POS=(\d+)/.exec(head) ?? []
  return file === undefined ? null : { file, offset: Number(offset), gtid: null }
}

async function headOf(path: string): Promise<string | null> {
  const source = unpacked(path)
  let text = ''
  try {
    for await (const part of source) {
      text += (part as Buffer).toString('latin1')
      if (text.length >= headBytes) break
    }
    return text.slice(0, headBytes)
  } catch {
    return text === '' ? null : text.slice(0, headBytes)
  } finally {
    source.destroy()
  }
}

async function endOf(path: string, bytes: number): Promise<string> {
  const handle = await open(path)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(1024), 0, 1024, Math.max(0, bytes - 1024))
    return buffer.subarray(0, bytesRead).toString('latin1')
  } finally {
    await handle.close()
  }
}

/** Of each line its beginning: rows may be megabytes long, and are looked at only where they are few. */
async function* lines(
  source: AsyncIterable<unknown>,
): AsyncGenerator<{ readonly text: string; readonly bytes: number }> {
  let begun = ''
  let length = 0
  for await (const part of source) {
    const chunk = part as Buffer
    let from = 0
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      const more = begun.length < longest ? chunk.subarray(from, Math.min(end, from + longest)).toString('utf8') : ''
      yield { text: begun + more, bytes: length + end - from + 1 }
      begun = ''
      length = 0
      from = end + 1
    }
    if (begun.length < longest) begun += chunk.subarray(from, from + longest).toString('utf8')
    length += chunk.length - from
  }
  if (length > 0) yield { text: begun, bytes: length }
}

const longest = 64 * 1024
