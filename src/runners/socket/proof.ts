import { randomBytes } from 'node:crypto'
import { chmod, lstat, mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'

export type Challenge = {
  /** The file the person has to make. */
  readonly file: string
  /** Its owner, or null when it is not a fresh file of one owner. */
  readonly judge: () => Promise<{ readonly name: string; readonly uid: number } | null>
}

/**
 * Node sees no peer credentials. Whoever can make a file of a name that only this connection was told is its owner;
 * the kernel vouches for that. The directory is sticky, so nobody can move another's file.
 */
export async function openChallenge(directory: string): Promise<Challenge> {
  const hello = join(directory, 'hello')
  await mkdir(hello, { recursive: true })
  await chmod(hello, 0o1777)
  const file = join(hello, randomBytes(16).toString('hex'))
  const judge = async (): Promise<{ name: string; uid: number } | null> => {
    try {
      const { uid, nlink } = await lstat(file).then(stat =>
        stat.isFile() ? stat : Promise.reject(new Error('not a file')),
      )
      return nlink === 1 ? { uid, name: await nameOf(uid) } : null
    } catch {
      return null
    } finally {
      await rm(file, { force: true })
    }
  }
  return { file, judge }
}

async function nameOf(uid: number): Promise<string> {
  const entries = await readFile('/etc/passwd', 'utf8').catch(() => '')
  const entry = entries.split('\n').find(line => line.split(':')[2] === String(uid))
  return entry?.split(':')[0] ?? `uid ${uid}`
}
