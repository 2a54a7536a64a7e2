import { readFile } from 'node:fs/promises'

/** In ticks since the machine came up: with its number it names one process for good. Null: there is none, or it is not shown. */
export async function startOf(pid: number): Promise<string | null> {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
  return line?.slice(line.lastIndexOf(')') + 2).split(' ')[19] ?? null
}
