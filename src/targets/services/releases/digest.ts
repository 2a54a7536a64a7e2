import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat, readdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { systemWords } from './faults.ts'

export type Digest = { readonly digest: string; readonly why: null } | { readonly digest: null; readonly why: string }
type Entry = {
  readonly path: string
  readonly kind: 'file' | 'link'
  readonly run: boolean
  readonly stamp: string
  readonly changedMs: number
}

/** Two changes within one tick of the kernel's coarse clock leave the same stamp: younger files are read again. */
const settledMs = 2_000

const known = new Map<string, { readonly signature: string; readonly digest: string }>()

/**
 * `sha256:<hex>` over a release's files: relative path, executable bit, content; links by their target. Files whose
 * inode, size and change times stand still are not read again: the kernel moves ctime with every change.
 */
export async function digestOf(directory: string): Promise<Digest> {
  try {
    const entries = await listEntries(directory, '')
    if (entries.length === 0) return { digest: null, why: 'its directory is empty' }
    entries.sort((a, b) => (a.path < b.path ? -1 : 1))
    const signature = entries.map(({ path, stamp }) => `${path}\0${stamp}`).join('\0')
    const before = known.get(directory)
    if (before?.signature === signature) return { digest: before.digest, why: null }
    const readAt = Date.now()
    const digest = await sumOf(directory, entries)
    if (entries.every(({ changedMs }) => changedMs < readAt - settledMs)) known.set(directory, { signature, digest })
    return { digest, why: null }
  } catch (error) {
    return { digest: null, why: `it cannot be read: ${systemWords(error)}` }
  }
}

async function listEntries(directory: string, below: string): Promise<Entry[]> {
  const names = await readdir(join(directory, below))
  const entries = await Promise.all(
    names.map(async (name): Promise<readonly Entry[]> => {
      const path = join(below, name)
      const { mode, size, ino, mtimeNs, ctimeNs, ctimeMs, ...stats } = await statOf(join(directory, path))
      if (stats.directory) return listEntries(directory, path)
      if (!stats.file && !stats.link) return []
      const stamp = `${ino} ${size} ${mtimeNs} ${ctimeNs} ${mode}`
      const run = stats.file && (mode & 0o100n) !== 0n
      return [{ path, kind: stats.file ? 'file' : 'link', run, stamp, changedMs: Number(ctimeMs) }]
    }),
  )
  return entries.flat()
}

async function statOf(path: string) {
  const stats = await lstat(path, { bigint: true })
  const { mode, size, ino, mtimeNs, ctimeNs, ctimeMs } = stats
  const kind = { directory: stats.isDirectory(), file: stats.isFile(), link: stats.isSymbolicLink() }
  return { mode, size, ino, mtimeNs, ctimeNs, ctimeMs, ...kind }
}

async function sumOf(directory: string, entries: readonly Entry[]): Promise<string> {
  const sum = createHash('sha256')
  for (const { path, kind, run } of entries) {
    const content = await contentOf(join(directory, path), kind)
    sum.update(`${kind}\0${path}\0${run ? 'x' : '-'}\0`).update(content.digest())
  }
  return `sha256:${sum.digest('hex')}`
}

async function contentOf(path: string, kind: Entry['kind']): Promise<Hash> {
  const sum = createHash('sha256')
  if (kind === 'link') return sum.update(await readlink(path))
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) sum.update(chunk)
  return sum
}
