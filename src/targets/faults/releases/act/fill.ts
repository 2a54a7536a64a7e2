import { execFile } from 'node:child_process'
import { open, rm, stat, statfs } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import type { Fault } from '../../../../state/fault.ts'
import { codeOf } from '../../keeper/act/files.ts'
import { disk } from '../able.ts'
import { notFilled } from './words.ts'

const run = promisify(execFile)
const blockBytes = 4096
const chunkBytes = 1024 * 1024

/** One file takes all that is free, but what others free later: that is theirs. */
export async function fillDisk(path: string, name: string, home: string): Promise<Fault | null> {
  const file = fileIn(path, name)
  if ((await stat(file).catch(() => null)) !== null) return null
  const why = await disk(path, home)
  if (why !== null) return notFilled(path, why.what)
  await reserve(path, file)
  await writeOut(file)
  return null
}

export async function emptyDisk(path: string, name: string): Promise<Fault | null> {
  await rm(fileIn(path, name), { force: true })
  return null
}

function fileIn(path: string, name: string): string {
  return join(path, `.astern-drill-${basename(name)}`)
}

/** Without writing it all, where the file system can: by ever smaller pieces. */
async function reserve(path: string, file: string): Promise<void> {
  await (await open(file, 'ax', 0o600)).close()
  for (let piece = await freeOn(path); piece >= blockBytes; ) {
    const { size } = await stat(file)
    const got = await run('fallocate', ['-o', String(size), '-l', String(piece), file]).then(
      () => true,
      () => false,
    )
    piece = got ? Math.min(piece, await freeOn(path)) : Math.floor(piece / 2)
  }
}

/** What reserving leaves over, or a file system that cannot reserve. */
async function writeOut(file: string): Promise<void> {
  const handle = await open(file, 'a')
  try {
    for (let bytes = chunkBytes; bytes >= blockBytes; ) {
      const isFull = await handle.write(Buffer.alloc(bytes)).then(
        ({ bytesWritten }) => bytesWritten < bytes,
        (error: unknown) => (['ENOSPC', 'EDQUOT'].includes(codeOf(error)) ? true : Promise.reject(error)),
      )
      if (isFull) bytes = Math.floor(bytes / 2)
    }
  } finally {
    await handle.close()
  }
}

/** What an account with rights has over the others is taken too: its services would write there. */
async function freeOn(path: string): Promise<number> {
  const { bavail, bfree, bsize } = await statfs(path)
  return (process.getuid?.() === 0 ? bfree : bavail) * bsize
}
