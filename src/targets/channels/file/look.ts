import { readFile } from 'node:fs/promises'
import type { Probed } from '../../../state/facts.ts'
import type { ChannelLook } from '../port.ts'

/** One JSON object per line. A line cut short by a crash is no message. */
export function fileLook(path: string): ChannelLook {
  return {
    probe: async ({ delivery }): Promise<Probed> => {
      const text = await readFile(path, 'utf8').catch(() => '')
      const there = text.split('\n').some(line => deliveryOf(line) === delivery)
      return {
        verdict: there ? 'holds' : 'not yet',
        observed: null,
        says: there ? `${delivery} is in ${path}` : `${delivery} is not in ${path}`,
      }
    },
  }
}

function deliveryOf(line: string): string | null {
  try {
    return (JSON.parse(line) as { delivery?: string }).delivery ?? null
  } catch {
    return null
  }
}
