import { randomFillSync } from 'node:crypto'
import { open, rm, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { inside } from '../aim.ts'
import { mostBytes } from '../disk-limit.ts'
import { Refused } from './daemon.ts'
import type { KeptFault } from './kept-fault.ts'

const chunk = 4 * 1024 * 1024

/** A file beside the others takes all the room there is. What becomes free later is not taken: somebody made room. */
export function diskFault(whose: string): KeptFault {
  const file = join(inside.disk, `.astern-drill-${whose}`)
  return {
    put: async ended => {
      const [disk, own, room] = await Promise.all([stat(inside.disk), stat(inside.keep), statfs(inside.disk)])
      if (disk.dev === own.dev)
        throw new Refused(
          "it is the disk that the Engine's own data lie on, and a full one would keep it from being emptied",
        )
      if (room.bfree * room.bsize > mostBytes)
        throw new Refused(
          `it has ${gigabytes(room.bfree * room.bsize)} GB free, and ${gigabytes(mostBytes)} are filled at most`,
        )
      await fill(file, ended)
      return 'the disk is full'
    },
    takeBack: async () => {
      await rm(file, { force: true })
      return 'the disk has the room it had'
    },
  }
}

/** Of bytes that no file system can pack; smaller and smaller pieces, until not one goes in. */
async function fill(path: string, ended: AbortSignal): Promise<void> {
  const bytes = randomFillSync(Buffer.alloc(chunk))
  const file = await open(path, 'a', 0o600)
  try {
    for (let size = chunk; size >= 1 && !ended.aborted; ) {
      try {
        const { bytesWritten } = await file.write(bytes, 0, size)
        if (bytesWritten < size) size = Math.floor(size / 2)
      } catch (error) {
        if (!isFull(error)) throw error
        size = Math.floor(size / 2)
      }
    }
    await file.sync().catch((error: unknown) => {
      if (!isFull(error)) throw error
    })
  } finally {
    await file.close()
  }
}

function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')
}

function gigabytes(bytes: number): number {
  return Math.round(bytes / 1e9)
}
