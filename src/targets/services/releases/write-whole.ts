import { open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'

/** A record's file, whole and on disk when this returns; not yet under a name that anybody reads. */
export function writeWhole(path: string, value: unknown): Promise<void> {
  return writeBytes(path, `${JSON.stringify(value, null, 2)}\n`)
}

async function writeBytes(path: string, bytes: string | Uint8Array): Promise<void> {
  const file = await open(path, 'w', 0o644)
  try {
    // 0644 whatever the umask: the record holds no secret, and a watcher with the right to look must be able to read it.
    await file.chmod(0o644)
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Replaces a file at once: whoever reads it finds the old or the new, and so does whoever comes after a power cut. */
export function replaceWhole(path: string, value: unknown): Promise<void> {
  return replaceBytes(path, `${JSON.stringify(value, null, 2)}\n`)
}

export async function replaceBytes(path: string, bytes: string | Uint8Array): Promise<void> {
  await writeBytes(`${path}.partial`, bytes)
  await rename(`${path}.partial`, path)
  await syncDirectory(dirname(path))
}

export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}
