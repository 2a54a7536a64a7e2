import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'

/**
 * A lock the kernel releases when its last holder is gone. Node has no flock(2): the helper `flock 3` takes it on the
 * open file description that it shares with us, so it stays when the helper has ended. Null: still taken after `waitMs`.
 */
export async function flockFile(path: string, waitMs: number, mode: number): Promise<FileHandle | null> {
  return locked(await open(path, constants.O_RDWR | constants.O_CREAT, mode), waitMs)
}

/** The same on a directory, which nothing has to be written into for it. */
export async function flockDirectory(path: string, waitMs: number): Promise<FileHandle | null> {
  return locked(await open(path, constants.O_RDONLY | constants.O_DIRECTORY), waitMs)
}

async function locked(file: FileHandle, waitMs: number): Promise<FileHandle | null> {
  const wait = waitMs === 0 ? ['-n'] : ['-w', String(waitMs / 1000)]
  const helper = spawn('flock', [...wait, '-E', '75', '3'], {
    stdio: ['ignore', 'ignore', 'ignore', file.fd],
    env: { PATH: process.env['PATH'] },
  })
  const [code] = (await once(helper, 'close')) as [number | null]
  if (code === 0) return file
  await file.close()
  if (code === 75) return null
  throw new Error(`flock ended with ${code}`)
}
