import { createHash } from 'node:crypto'
import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'

type Entry = { readonly path: string; readonly kind: 'file' | 'link'; readonly run: boolean; readonly stamp: string }

const known = new Map<string, { readonly signature: string; readonly digest: string }>()

/**
 * sha256 over a release's files: relative path, executable bit, content; links by their target. Null: there are none.
 * Files whose inode, size and change times stand still are not read again: the kernel moves ctime with every change.
 */
export async function digestOf(directory: string): Promise<string | null> {
  const entries = await listEntries(directory)
  if (entries === null || entries.length === 0) return null
  const signature = entries.map(({ path, stamp }) => `${path} ${stamp}`).join('\n')
  const before = known.get(directory)
  if (before?.signature === signature) return before.digest
  const sum = createHash('sha256')
  for (const { path, kind, run } of entries) {
    const content = kind === 'link' ? await readlink(join(directory, path)) : await readFile(join(directory, path))
    sum.update(`${kind}\0${path}\0${run ? 'x' : '-'}\0${content.length}\0`).update(content)
  }
  const digest = `sha256:${sum.digest('hex')}`
  known.set(directory, { signature, digest })
  return digest
}

async function listEntries(directory: string): Promise<readonly Entry[] | null> {
  const names = await readdir(directory, { recursive: true }).catch(() => null)
  if (names === null) return null
  const entries = await Promise.all(
    names.sort().map(async (path): Promise<readonly Entry[]> => {
      const stat = await lstat(join(directory, path))
      const { mode, size, ino, mtimeMs, ctimeMs } = stat
      if (!stat.isFile() && !stat.isSymbolicLink()) return []
      const run = (mode & 0o100) !== 0 && stat.isFile()
      return [
        { path, kind: stat.isFile() ? 'file' : 'link', run, stamp: `${ino} ${size} ${mtimeMs} ${ctimeMs} ${mode}` },
      ]
    }),
  )
  return entries.flat()
}
