import { existsSync, readFileSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { inside, type KeeperState, type Phase } from '../aim.ts'

export function readState(): KeeperState | null {
  return existsSync(inside.state) ? (JSON.parse(readFileSync(inside.state, 'utf8')) as KeeperState) : null
}

/** On disk before what it says is done. */
export async function writeState(phase: Phase, words: string): Promise<void> {
  const fresh = `${inside.state}.new`
  const file = await open(fresh, 'w', 0o600)
  try {
    await file.writeFile(JSON.stringify({ phase, words } satisfies KeeperState))
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(fresh, inside.state)
}
