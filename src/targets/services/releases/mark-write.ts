import { join } from 'node:path'
import { flockFile } from '../../flock.ts'
import type { MarkStore } from '../drill/act/mark.ts'
import { systemWords } from './faults.ts'
import { markFile, markFiles } from './mark.ts'
import { busy, makeDirectory, notWritten, patienceMs } from './record-write.ts'
import { replaceBytes } from './write-whole.ts'

export function markFileStore(directory: string, host: string): MarkStore {
  return {
    ...markFiles(directory, host),
    write: async (_, text) => {
      try {
        await makeDirectory(directory)
        const turn = await flockFile(join(directory, 'writing'), patienceMs, 0o644)
        if (turn === null) return { ok: false, fault: busy(host) }
        await replaceBytes(join(directory, markFile), `${text}\n`).finally(() => turn.close())
        return { ok: true, value: null }
      } catch (error) {
        return { ok: false, fault: notWritten(host, directory, systemWords(error)) }
      }
    },
  }
}
