import { chmodSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Fleet } from '../engines/fleet.ts'

export const nobody = 65534

/** A home for an account that owns nothing, and the fleet's Engines and manifest open to it. */
export function homeForOthers(fleet: Fleet): string {
  const home = mkdtempSync(join(tmpdir(), 'astern-other-'))
  chmodSync(home, 0o777)
  for (const { socket } of Object.values(fleet.engines)) {
    chmodSync(join(socket, '..'), 0o755)
    chmodSync(socket, 0o666)
  }
  chmodSync(join(fleet.manifestFile, '..'), 0o755)
  return home
}
