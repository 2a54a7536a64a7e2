import { chmod, mkdir, readdir, rm } from 'node:fs/promises'
import type { Fault, Result } from '../../../state/fault.ts'
import type { SchemaStore } from '../record/act/keep-schema.ts'
import { systemWords } from './faults.ts'
import { readRecord } from './record.ts'
import { schemaDirectory, schemaEnding, schemaFile, schemaFiles } from './schemas.ts'
import { replaceBytes } from './write-whole.ts'

/** The directory of the record is there: the release was recorded first. */
export function schemaFileStore(directory: string, host: string): SchemaStore {
  const at = schemaDirectory(directory)
  return {
    ...schemaFiles(directory, host),
    record: () => readRecord(directory, host),
    list: () =>
      orFault(host, async () =>
        (await readdir(at))
          .filter(name => name.endsWith(schemaEnding))
          .map(name => name.slice(0, -schemaEnding.length)),
      ),
    write: (fingerprint, packed) =>
      orFault(host, async () => {
        await mkdir(at, { recursive: true })
        await chmod(at, 0o755)
        await replaceBytes(schemaFile(directory, fingerprint), Buffer.from(packed, 'base64'))
      }),
    remove: async fingerprint => {
      await rm(schemaFile(directory, fingerprint), { force: true }).catch(() => {})
    },
  }
}

async function orFault<T>(host: string, work: () => Promise<T>): Promise<Result<T>> {
  try {
    return { ok: true, value: await work() }
  } catch (error) {
    return { ok: false, fault: notWritten(host, systemWords(error)) }
  }
}

function notWritten(host: string, why: string): Fault {
  return {
    code: 'schema.not-kept',
    what: `The schema could not be kept on ${host}: ${why}`,
    means: 'The release is recorded; of its schema there is only the fingerprint.',
    next: 'Look at the rights and the space of .astern/schemas on that host, and record once more.',
  }
}
