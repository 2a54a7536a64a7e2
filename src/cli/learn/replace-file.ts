import { randomUUID } from 'node:crypto'
import { open, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * A file that is somebody's own, in one move: a reader finds the old text or the new one, owner and rights stay. Null: done.
 * Otherwise why it was left as it was. Throws what the system refuses.
 */
export async function replaceFile(
  path: string,
  { before, after }: { readonly before: string; readonly after: string },
): Promise<string | null> {
  const { uid, gid, mode, nlink } = await stat(path)
  if (nlink > 1) return `${path} has other names too (hard links), which would keep the old text`
  const beside = `${path}.${randomUUID().slice(0, 8)}.astern`
  const file = await open(beside, 'wx', 0o600)
  try {
    try {
      const own = await file.stat()
      if (own.uid !== uid || own.gid !== gid) {
        const kept = await file.chown(uid, gid).then(
          () => true,
          () => false,
        )
        if (!kept) return `${path} belongs to another account: whoever owns it has to take this`
      }
      await file.chmod(mode & 0o7777)
      await file.writeFile(after)
      await file.sync()
    } finally {
      await file.close()
    }
    if ((await readFile(path, 'utf8')) !== before) return `${path} has just been changed by somebody else: look again`
    await rename(beside, path)
    await syncDirectory(dirname(path))
    return null
  } finally {
    await rm(beside, { force: true })
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}
