import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Fault } from '../../../state/fault.ts'
import { pieceName, pieceNamed, type JournalCopies } from '../copies.ts'
import { recordPath, type ReleasesConfig } from './layout.ts'

/** Beside the record, a directory for each run. */
export function releasesCopies(config: ReleasesConfig): JournalCopies {
  const directoryOf = (host: string, run: string): string => join(recordPath(config, host), 'journals', run)
  return {
    spots: host => [host],
    keep: async (host, run, piece) => {
      const directory = directoryOf(host, run)
      try {
        // The record is there, since the run holds its lock: below a root that is not mounted, nothing begins.
        await makeOne(dirname(directory))
        await makeOne(directory)
        const path = join(directory, pieceName(piece))
        await writeFile(`${path}.partial`, piece.bytes, { mode: 0o600 })
        await rename(`${path}.partial`, path)
        return { ok: true, value: null }
      } catch (error) {
        return { ok: false, fault: notKept(host, directory, error) }
      }
    },
    recall: async (host, run) => {
      const directory = directoryOf(host, run)
      try {
        const names = await readdir(directory).catch((error: unknown) =>
          isMissing(error) ? [] : Promise.reject(error),
        )
        const pieces = names.map(async name => {
          const piece = pieceNamed(name)
          return piece === null ? [] : [{ ...piece, bytes: await readFile(join(directory, name)) }]
        })
        return { ok: true, value: (await Promise.all(pieces)).flat() }
      } catch (error) {
        return { ok: false, fault: notKept(host, directory, error) }
      }
    },
  }
}

async function makeOne(directory: string): Promise<void> {
  await mkdir(directory, { mode: 0o700 }).catch((error: unknown) => {
    if (codeOf(error) !== 'EEXIST') throw error
  })
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
}

function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT'
}

function notKept(host: string, directory: string, error: unknown): Fault {
  return {
    code: 'copy.failed',
    what: `The copy of the journal on ${host} cannot be read or written: ${directory} (${codeOf(error)})`,
    means: 'The run goes on. Should this machine be lost, what is copied there is not the newest.',
    next: 'Look at the rights of that directory, and at the room left there.',
  }
}
