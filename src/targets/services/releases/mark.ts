import { readFile, realpath, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Beside } from '../../../state/drill/mark.ts'
import type { Identity } from '../../../state/drill/identity.ts'
import { systemWords } from './faults.ts'
import type { Result } from '../../../state/fault.ts'
import { machineNow } from '../../machine-id.ts'
import { holdsHere, type MarkShelf } from '../drill/shelf.ts'
import { recordFiles } from './record.ts'

export const markFile = 'drill.json'

/** Below the host's directory, beside its record. `directory`: of the record. */
export function markFiles(directory: string, host: string): MarkShelf {
  const root = dirname(directory)
  return {
    identity: () => guarded(host, root, () => identityOf(root)),
    mark: () => guarded(host, root, async () => ({ ok: true, value: await textIn(join(directory, markFile)) })),
    beside: () => guarded(host, root, async () => ({ ok: true, value: await recordsAbove(root) })),
  }
}

async function identityOf(root: string): Promise<Result<Identity>> {
  const machine = await machineNow()
  if (!machine.ok) return machine
  const { id, cards } = machine.value
  const { dev, ino } = await stat(root, { bigint: true })
  return { ok: true, value: { ids: [`directory:${id}:${dev}:${ino}`, `machine:${id}`], bound: cards } }
}

/** A directory that lies in another host's. */
async function recordsAbove(root: string): Promise<readonly Beside[]> {
  const found: Beside[] = []
  for (let above = dirname(await realpath(root)); ; above = dirname(above)) {
    const where = join(above, '.astern')
    if ((await textIn(join(where, recordFiles.ledger))) !== null) {
      const identity = await identityOf(above)
      const mark = await textIn(join(where, markFile))
      found.push({ where, environment: null, marked: identity.ok && holdsHere(mark, identity.value) })
    }
    if (above === dirname(above)) return found
  }
}

async function textIn(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return null
    throw error
  }
}

async function guarded<T>(host: string, root: string, look: () => Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await look()
  } catch (error) {
    return {
      ok: false,
      fault: {
        code: 'drill.unreachable',
        what: `Host ${host} cannot be looked at: ${root}: ${systemWords(error)}`,
        means: 'What it is, and whether drills may hurt it, is not known.',
        next: 'Mount it or put its rights right, or correct hosts in astern.yaml.',
      },
    }
  }
}
