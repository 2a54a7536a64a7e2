import { open, readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { BackedUp, Backup } from '../../../../state/backup.ts'
import { firstValues, nextIdIn, toIso } from './dump-text.ts'
import { bareName, textOf, unpacked } from './unpacked.ts'

/** A directory that mydumper made, judged by its metadata and the names and ends of its files. Null: it is none. */
export async function directoryBackup(path: string, schema: string, migrations: string | null): Promise<Backup | null> {
  const files = await readdir(path)
  const metadata = files.includes('metadata') ? await readFile(join(path, 'metadata'), 'utf8') : null
  const partial = files.includes('metadata.partial') ? await readFile(join(path, 'metadata.partial'), 'utf8') : null
  if (metadata === null && partial === null) return null
  const text = metadata ?? partial ?? ''
  const own = files.filter(file => file.startsWith(`${schema}.`))
  const names = tableNames(own, schema)
  const others = files.flatMap(file => /^(.+)-schema-create\.sql/.exec(file)?.[1] ?? [])
  const tables: BackedUp[] = []
  for (const name of names) tables.push(await backedUp(path, own, schema, name, text))
  const sizes = await Promise.all(files.map(async file => (await stat(join(path, file))).size))
  const finished = /Finished dump at: ([\d: -]+)/.exec(text)?.[1]
  return {
    name: path.slice(path.lastIndexOf('/') + 1),
    path,
    tool: 'mydumper',
    version: /mydumper (\d[\w.-]*)/i.exec(text)?.[1] ?? null,
    schema: names.length > 0 ? schema : (others[0] ?? null),
    begunAt: toIso(/Started dump at: ([\d: -]+)/.exec(text)?.[1]),
    finishedAt: toIso(finished),
    amiss: await amiss(path, own, schema, { names, partial: partial !== null && metadata === null, finished }),
    read: false,
    checksum: 'not looked at',
    position: positionIn(text),
    tables,
    migrations: migrations === null ? null : await applied(path, own, `${schema}.${migrations}`),
    bytes: sizes.reduce((sum, size) => sum + size, 0),
    unpackedBytes: await unpackedBytes(path, files, sizes),
  }
}

/** Every file to its end: one that is cut off is seen. */
export async function readDirectory(backup: Backup): Promise<Backup> {
  for (const file of await readdir(backup.path)) {
    if (!/\.sql(?:\.gz|\.zst)?$/.test(file)) continue
    const fault = await cutOff(join(backup.path, file))
    if (fault !== null) return { ...backup, amiss: `${file} ${fault}` }
  }
  return backup
}

async function cutOff(file: string): Promise<string | null> {
  let end = ''
  try {
    for await (const part of unpacked(file)) end = (end + (part as Buffer).subarray(-8).toString('latin1')).slice(-8)
  } catch {
    return 'cannot be unpacked to its end'
  }
  return end === '' || /;\s*$/.test(end) ? null : 'is cut off: it ends inside a statement'
}

/** Views have a stand-in of their own; they are no tables. */
function tableNames(files: readonly string[], schema: string): readonly string[] {
  const bare = files.map(bareName)
  return bare
    .flatMap(file => (file.endsWith('-schema.sql') ? [file.slice(schema.length + 1, -'-schema.sql'.length)] : []))
    .filter(name => !bare.includes(`${schema}.${name}-schema-view.sql`))
    .sort()
}

async function backedUp(
  path: string,
  files: readonly string[],
  schema: string,
  name: string,
  metadata: string,
): Promise<BackedUp> {
  const file = files.find(one => bareName(one) === `${schema}.${name}-schema.sql`)
  const text = file === undefined ? '' : await textOf(join(path, file)).catch(() => '')
  const section = metadata.split(/^\[/m).find(part => part.startsWith(`\`${schema}\`.\`${name}\`]`))
  const rows = /^rows\s*=\s*(\d+)/im.exec(section ?? '')?.[1]
  return { name, rows: rows === undefined ? null : Number(rows), nextId: nextIdIn(text) }
}

async function amiss(
  path: string,
  files: readonly string[],
  schema: string,
  { names, partial, finished }: { names: readonly string[]; partial: boolean; finished: string | undefined },
): Promise<string | null> {
  if (partial) return 'it was never finished: its metadata is still called metadata.partial'
  if (finished === undefined) return 'it was never finished: its metadata has no end'
  if (names.length === 0) return `it holds no table of ${schema}`
  for (const file of files.filter(one => bareName(one).endsWith('-schema.sql'))) {
    const types = new Set(
      (await textOf(join(path, file)).catch(() => '')).match(/(?<=^ {2}`(?:[^`]|``)+` )(?:uuid|inet[46])\b/gm),
    )
    const table = bareName(file).slice(schema.length + 1, -'-schema.sql'.length)
    if (types.size > 0)
      return `table ${table} has columns of type ${[...types].join(', ')}: mydumper writes them so that a server which loads them reads NULL`
  }
  for (const file of files) {
    const table = /^(.+?)(?:\.\d+)*\.sql$/.exec(bareName(file).slice(schema.length + 1))?.[1] ?? ''
    if (!/-schema(?:-\w+)?$/.test(table) && !names.includes(table)) return `the schema of table ${table} is missing`
    if (file.endsWith('.sql') && !(await endsWell(join(path, file))))
      return `${file} is cut off: it ends inside a statement`
  }
  return null
}

async function endsWell(file: string): Promise<boolean> {
  const handle = await open(file)
  try {
    const { size } = await handle.stat()
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(8), 0, 8, Math.max(0, size - 8))
    return size === 0 || /;\s*$/.test(buffer.subarray(0, bytesRead).toString('latin1'))
  } finally {
    await handle.close()
  }
}

function positionIn(text: string): Backup['position'] {
  const file = /(?:Log:\s*|^\s*File\s*=\s*"?)([\w.-]+)/m.exec(text)?.[1]
  const offset = /(?:Pos:\s*|^\s*Position\s*=\s*"?)(\d+)/m.exec(text)?.[1]
  const gtid = /(?:GTID:|^\s*executed_gtid_set\s*=\s*"?)([\w:,-]+)/im.exec(text)?.[1]
  return file === undefined || offset === undefined ? null : { file, offset: Number(offset), gtid: gtid ?? null }
}

async function applied(path: string, files: readonly string[], table: string): Promise<readonly string[] | null> {
  const named = files.filter(file => bareName(file).startsWith(`${table}.`))
  if (!files.some(file => bareName(file) === `${table}-schema.sql`)) return null
  const texts = await Promise.all(named.map(file => textOf(join(path, file)).catch(() => '')))
  return texts.flatMap(firstValues).sort()
}

/** gzip says at its end how much it holds, below 4 GB. */
async function unpackedBytes(path: string, files: readonly string[], sizes: readonly number[]): Promise<number | null> {
  if (files.some(file => file.endsWith('.zst'))) return null
  let sum = 0
  for (const [index, file] of files.entries())
    sum += file.endsWith('.gz') ? await gzipSize(join(path, file)) : (sizes[index] ?? 0)
  return sum
}

export async function gzipSize(file: string): Promise<number> {
  const handle = await open(file)
  try {
    const { size } = await handle.stat()
    if (size < 4) return 0
    const { buffer } = await handle.read(Buffer.alloc(4), 0, 4, size - 4)
    return buffer.readUInt32LE(0)
  } finally {
    await handle.close()
  }
}
