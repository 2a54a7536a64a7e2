import { access, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Probed } from '../../../state/facts.ts'
import { mayWrite } from '../../may.ts'
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
    verify: async () => {
      const ok = (await mayWrite(path)) || ((await isMissing(path)) && (await mayWrite(dirname(path))))
      return ok
        ? { ok, says: `${path} can be written; nothing was`, next: '' }
        : { ok, says: `${path} cannot be written`, next: 'Make the file, or its directory, writable for you.' }
    },
  }
}

function isMissing(path: string): Promise<boolean> {
  return access(path).then(
    () => false,
    () => true,
  )
}

function deliveryOf(line: string): string | null {
  try {
    return (JSON.parse(line) as { delivery?: string }).delivery ?? null
  } catch {
    return null
  }
}
