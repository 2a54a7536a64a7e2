import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Result } from '../../../state/fault.ts'
import type { CloneFound } from '../port.ts'
import type { SqliteConfig } from './config.ts'

/** A copy of the file beside it, which no manifest's database is. */
export function cloneFile(file: string, clone: string): string {
  return `${file}${mark}${clone.replaceAll(/\W/g, '_')}`
}

const mark = '.astern-rehearsal-'

/** Copies that rehearsals left beside the file, or are at. What SQLite keeps beside a copy goes with it. */
export async function findClones({ database: { file } }: SqliteConfig): Promise<Result<readonly CloneFound[]>> {
  const names = await readdir(dirname(file)).catch(() => [])
  const own = names.filter(name => name.startsWith(`${basename(file)}${mark}`) && !/-(?:wal|shm|journal)$/.test(name))
  const found = own.map(async (name): Promise<CloneFound> => {
    const path = join(dirname(file), name)
    const since = await stat(path).then(
      ({ birthtime }) => birthtime.toISOString(),
      () => null,
    )
    return { name: path, since, by: null, inUse: !(await isFree(path)) }
  })
  return { ok: true, value: await Promise.all(found) }
}

/** Whoever rehearses holds a lock of the kernel on it. */
async function isFree(path: string): Promise<boolean> {
  const helper = spawn('flock', ['-n', '-s', path, 'true'], { stdio: 'ignore' })
  const [code] = (await once(helper, 'close')) as [number | null]
  return code === 0
}
