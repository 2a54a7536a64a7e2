import { open, rename, stat } from 'node:fs/promises'

/** A reader finds the old file or the new one, never half of one. */
export async function writeWhole(path: string, text: string, mode: number): Promise<void> {
  const partial = `${path}.${process.pid}.partial`
  const file = await open(partial, 'w', mode)
  try {
    await file.writeFile(text)
    await file.datasync()
  } finally {
    await file.close()
  }
  await rename(partial, path)
}

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
