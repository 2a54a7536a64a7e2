import { stat } from 'node:fs/promises'
import type { Backup } from '../../../../state/backup.ts'
import type { Fault } from '../../../../state/fault.ts'
import type { BackupNamed } from '../../../../state/restore-command.ts'
import { directoryBackup } from './directory-backup.ts'
import { dumpBackup } from './dump-backup.ts'

/** A backup that was planned with and is gone since, or another one by now; null: it is the same, as far as its size and end tell. */
export async function otherThanPlanned(name: string, backup: BackupNamed): Promise<Fault | null> {
  const now = await judged(backup)
  if (now === null) return gone(name, backup.path)
  const { bytes, finishedAt } = backup
  const apart = [
    ...(now.amiss === null ? [] : [now.amiss]),
    ...(bytes === undefined || bytes === now.bytes ? [] : [`it had ${bytes} bytes, and has ${now.bytes}`]),
    ...(finishedAt == null || !tellsItsEnd(backup) || finishedAt === now.finishedAt
      ? []
      : [`it was of ${finishedAt}, and is of ${now.finishedAt ?? 'no time'}`]),
  ]
  return apart.length === 0 ? null : other(name, backup.path, apart)
}

async function judged({ tool, path, schema }: BackupNamed): Promise<Backup | null> {
  try {
    if (tool === 'mydumper') return await directoryBackup(path, schema, null)
    const { size, mtime } = await stat(path)
    return await dumpBackup(path, size, mtime)
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) return null
    throw error
  }
}

/** Of a packed dump only whoever reads it whole knows. */
function tellsItsEnd({ tool, path }: BackupNamed): boolean {
  return tool === 'mydumper' || path.endsWith('.sql')
}

function gone(name: string, path: string): Fault {
  return {
    code: 'database.no-backup',
    what: `The backup ${path} of database ${name} is not there`,
    means: 'Nothing was loaded, and what serves is as it was.',
    next: 'Bring it back to that place, then retry; or plan again with another backup.',
  }
}

function other(name: string, path: string, apart: readonly string[]): Fault {
  return {
    code: 'database.other-backup',
    what: `The backup ${path} of database ${name} is not the one that was planned with: ${apart.join('; ')}`,
    means: 'Nothing was loaded, and what serves is as it was.',
    next: 'Plan again: the backup that is there is judged anew. Or bring the former one back to that place, then retry.',
  }
}
