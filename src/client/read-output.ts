import { open } from 'node:fs/promises'
import { resolve, sep } from 'node:path'
import { plain } from '../state/text.ts'

/** At most so much of an output is shown: its end. */
const mostBytes = 64 * 1024

/** The end of a step's output, by its path as the journal has it. What cannot be read says so in its place. */
export async function readOutput(directory: string, path: string): Promise<string> {
  const root = resolve(directory)
  const file = resolve(root, path)
  if (!file.startsWith(root + sep)) return 'It does not lie in the directory of the run, and is not read.'
  try {
    const handle = await open(file, 'r')
    try {
      const { size } = await handle.stat()
      const length = Math.min(size, mostBytes)
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length)
      const text = plain(buffer.subarray(0, bytesRead).toString('utf8')).trimEnd()
      return size > length ? `(its last ${length} bytes of ${size})\n${text}` : text
    } finally {
      await handle.close()
    }
  } catch {
    return `${file} cannot be read from here: it lies with the engine's account.`
  }
}
