import { open } from 'node:fs/promises'
import type { Outcome } from '../../outcome.ts'
import type { ChannelAct } from '../port.ts'
import { fileLook } from './look.ts'

/** Appends a line and sees it on disk. It begins with a newline, so that a torn line before it spoils nothing. */
export function fileAct(path: string, now: () => Date): ChannelAct {
  return {
    ...fileLook(path),
    apply: async (command, permit): Promise<Outcome> => {
      permit.spend(command)
      const { delivery, moment, subject, text } = command
      try {
        const file = await open(path, 'a', 0o600)
        try {
          await file.writeFile(`\n${JSON.stringify({ delivery, at: now().toISOString(), moment, subject, text })}\n`)
          await file.datasync()
        } finally {
          await file.close()
        }
        return { ok: true, observed: null, says: `written to ${path}` }
      } catch (error) {
        const fault = {
          code: 'channel.not-written',
          what: `The message could not be written to ${path}`,
          means: 'Whoever reads there has not been told.',
          next: 'Tell them by hand; look at the rights and the space of the file.',
          detail: error instanceof Error ? error.message : String(error),
        }
        return { ok: false, fault, observed: null }
      }
    },
  }
}
