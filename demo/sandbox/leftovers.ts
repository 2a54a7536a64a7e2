import { readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { SandboxKind, Standing } from '../../src/cli/drill/sandbox/standing.ts'
import { endAllBelow } from '../processes.ts'
import { clearEngine } from '../docker.ts'
import { environment, rootLabel } from './state.ts'

/** What a sandbox left that was killed. Throws where one still stands: a home has one. */
export async function clearAway(pointer: string, kind: SandboxKind): Promise<void> {
  const before = read(pointer)
  if (before !== null && (await listens(before.socket)))
    throw new Error(`there is a sandbox already, in ${before.root}. End it first: astern drill --sandbox=end`)
  if (before !== null) {
    await remove(before.root)
    rmSync(pointer, { force: true })
  }
  if (kind !== 'docker') return
  const stands = await clearEngine(
    environment,
    rootLabel,
    async root => !(await listens(join(root, 'control.sock'))) && (await remove(root), true),
  )
  if (stands !== null) throw new Error(stands)
}

async function remove(root: string): Promise<void> {
  await endAllBelow(root)
  rmSync(root, { recursive: true, force: true, maxRetries: 5 })
}

function read(pointer: string): Standing | null {
  try {
    return JSON.parse(readFileSync(pointer, 'utf8')) as Standing
  } catch {
    return null
  }
}

export function listens(socket: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const connection = connect(socket)
  connection.once('connect', () => resolve(true)).once('error', () => resolve(false))
  return promise.finally(() => connection.destroy())
}
