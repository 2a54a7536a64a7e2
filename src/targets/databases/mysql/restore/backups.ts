import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Backup } from '../../../../state/backup.ts'
import type { BackupTool } from '../../../../state/manifest.ts'
import { isProgram } from '../../../may.ts'
import { judgeChecksum } from './checksum.ts'
import { directoryBackup, readDirectory } from './directory-backup.ts'
import { dumpBackup, readDump } from './dump-backup.ts'

export type Looked = {
  readonly backups: readonly Backup[]
  /** Why nothing can be loaded from here. */
  readonly amiss: string | null
}

export type Where = {
  readonly tool: BackupTool
  readonly dir: string
  readonly schema: string
  /** Where the migration tool keeps what is applied; null: there is none. */
  readonly migrations: string | null
  /** Larger ones are not read to their end. */
  readonly mostBytes?: number
}

/**
 * Every backup of a directory, newest first. All are judged by what they say of themselves and how they end; the newest that
 * seem whole are read to their end as well, a few only: it takes as long as to read them from the disk.
 */
export async function findBackups(where: Where, read = 2): Promise<Looked> {
  const listed = await list(where).catch((error: unknown) => String(error instanceof Error ? error.message : error))
  if (typeof listed === 'string') return { backups: [], amiss: `${where.dir} cannot be read: ${listed}` }
  const backups: Backup[] = []
  let left = read
  for (const backup of listed) {
    const due = left > 0 && backup.amiss === null && backup.bytes <= (where.mostBytes ?? Infinity)
    if (due) left -= 1
    backups.push(due ? await whole(backup, where) : backup)
  }
  const program = where.tool === 'mydumper' ? 'myloader' : 'mariadb'
  // Read to its end, a packed dump tells when it was made.
  backups.sort(newestFirst)
  return { backups, amiss: (await isProgram(program)) ? null : `${program} is not installed on this machine` }
}

async function list({ tool, dir, schema, migrations }: Where): Promise<readonly Backup[]> {
  const names = await readdir(dir)
  const found: Backup[] = []
  for (const name of names) {
    const path = join(dir, name)
    const { isDirectory, size, mtime } = await facts(path)
    if (tool === 'mydumper' && isDirectory) {
      const backup = await directoryBackup(path, schema, migrations)
      if (backup !== null) found.push(backup)
    }
    if (tool === 'mysqldump' && !isDirectory && /\.sql(?:\.gz|\.zst)?$/.test(name))
      found.push(await dumpBackup(path, size, mtime))
  }
  return found.sort(newestFirst)
}

function newestFirst(a: Backup, b: Backup): number {
  const when = ({ begunAt, finishedAt }: Backup): string => finishedAt ?? begunAt ?? ''
  return when(b).localeCompare(when(a)) || b.name.localeCompare(a.name)
}

async function facts(path: string): Promise<{ isDirectory: boolean; size: number; mtime: Date }> {
  const found = await stat(path)
  return { isDirectory: found.isDirectory(), size: found.size, mtime: found.mtime }
}

const known = new Map<string, Backup>()

/** What was read once stays true as long as nobody writes to it. */
async function whole(backup: Backup, { schema, migrations }: Where): Promise<Backup> {
  const { mtimeMs } = await stat(backup.path)
  const key = [backup.path, mtimeMs, backup.bytes, schema, migrations].join('\0')
  const before = known.get(key)
  if (before !== undefined) return before
  const read = backup.tool === 'mydumper' ? await readDirectory(backup) : await readDump(backup, schema, migrations)
  const judged = { ...read, read: true, checksum: await judgeChecksum(backup) }
  known.set(key, judged)
  return judged
}
