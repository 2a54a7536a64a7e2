import { join } from 'node:path'
import type { MarkStore } from '../drill/act/mark.ts'
import { systemWords } from './faults.ts'
import { markFile, markFiles } from './mark.ts'
import { makeDirectory, notWritten } from './record-write.ts'
import { inTurn } from './turn.ts'
import { replaceBytes } from './write-whole.ts'

export function markFileStore(directory: string, host: string): MarkStore {
  return {
    ...markFiles(directory, host),
    write: async (_, text) => {
      try {
        await makeDirectory(directory)
        const done = await inTurn(directory, host, () => replaceBytes(join(directory, markFile), `${text}\n`))
        return done.ok ? { ok: true, value: null } : done
      } catch (error) {
        return { ok: false, fault: notWritten(host, directory, systemWords(error)) }
      }
    },
  }
}
