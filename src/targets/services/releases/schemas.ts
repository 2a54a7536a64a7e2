import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Fault } from '../../../state/fault.ts'
import type { SchemaShelf } from '../record/schemas.ts'
import { systemWords } from './faults.ts'

/** Files beside the record, each by its fingerprint. */
export function schemaFiles(directory: string, host: string): SchemaShelf {
  return {
    read: async fingerprint => {
      // It comes out of a ledger that others may write, and becomes part of a path.
      if (!/^[0-9a-f]+$/.test(fingerprint)) return { ok: true, value: null }
      try {
        const bytes = await readFile(schemaFile(directory, fingerprint))
        return { ok: true, value: bytes.toString('base64') }
      } catch (error) {
        const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
        return isMissing ? { ok: true, value: null } : { ok: false, fault: unreadable(host, systemWords(error)) }
      }
    },
  }
}

export const schemaEnding = '.json.gz'

export function schemaFile(directory: string, fingerprint: string): string {
  return join(schemaDirectory(directory), `${fingerprint}${schemaEnding}`)
}

export function schemaDirectory(directory: string): string {
  return join(directory, 'schemas')
}

function unreadable(host: string, why: string): Fault {
  return {
    code: 'schema.unreadable',
    what: `A schema that is kept on ${host} cannot be read: ${why}`,
    means: 'What of the schema changes is not told in words. Nothing else depends on it.',
    next: 'Look at the rights of .astern/schemas on that host.',
  }
}
