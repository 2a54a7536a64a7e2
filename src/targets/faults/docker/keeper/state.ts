import { existsSync, readFileSync, writeSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { inside, type KeeperState, type Phase } from '../aim.ts'

export function readState(): KeeperState | null {
  return existsSync(inside.state) ? (JSON.parse(readFileSync(inside.state, 'utf8')) as KeeperState) : null
}

/** On disk, and told, before what it says is done. */
export async function writeState(phase: Phase, words: string): Promise<void> {
  const state: KeeperState = { phase, words }
  const fresh = `${inside.state}.new`
  const file = await open(fresh, 'w', 0o600)
  try {
    await file.writeFile(JSON.stringify(state))
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(fresh, inside.state)
  tell(state)
}

/** Whoever is outside reads it in the log: an Engine mounts all that a container has for whoever reads a file of it. */
export function tell(state: KeeperState): void {
  writeSync(1, `${JSON.stringify(state)}\n`)
}
