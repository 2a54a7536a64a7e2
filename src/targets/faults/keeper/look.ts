import type { InjectFault } from '../../../state/drill/command.ts'
import type { Probed } from '../../../state/facts.ts'
import type { Result } from '../../../state/fault.ts'
import { injectedOf } from '../by-family.ts'
import type { FaultLook, FaultSeen } from '../port.ts'
import { findKept, keptIn } from './files.ts'
import { isHeld, type Kept } from './kept.ts'

/** A family of faults that keepers hold. */
export type KeptFamily = {
  readonly environment: string
  readonly able: FaultLook['able']
  /** Directories that may hold files of such a fault; the first is where a new one is put. */
  readonly placesOf: (injected: Pick<InjectFault, 'fault' | 'target'>) => Promise<readonly string[]>
  /** All that there are. */
  readonly places: () => Promise<readonly string[]>
  /** Of those that lie together in one place, its own. */
  readonly isOwn: (kept: Kept) => boolean
  /** Where its keeper alone does not tell: null, or why it is not so. */
  readonly isSo?: (kept: Kept) => Promise<string | null>
}

export function keptLook(family: KeptFamily): FaultLook {
  return {
    able: family.able,
    seen: async () => {
      const places = [...new Set(await family.places())]
      return Promise.all(places.map(place => seenIn(place, family)))
    },
    probe: async (command, { run }) => {
      const injected = injectedOf(command)
      const found = await findKept(await family.placesOf(injected), run, injected.inject)
      if (!found.ok) return { verdict: 'unclear', observed: null, says: found.fault.what }
      const kept = found.value?.kept ?? null
      if (command.kind === 'drill.undo') return judgeGone(kept)
      const not = kept !== null && isHeld(kept) ? ((await family.isSo?.(kept)) ?? null) : null
      return not === null ? judgeThere(kept) : { verdict: 'not yet', observed: null, says: not }
    },
    close: async () => {},
  }
}

async function seenIn(place: string, { environment, isOwn }: KeptFamily): Promise<Result<readonly FaultSeen[]>> {
  const seen: FaultSeen[] = []
  for (const found of await keptIn(place)) {
    if (!found.ok) return found
    const { kept } = found.value
    const { run, injected, expiresAt } = kept
    if (kept.environment === environment && isOwn(kept)) seen.push({ run, injected, expiresAt })
  }
  return { ok: true, value: seen }
}

function judgeThere(kept: Kept | null): Probed {
  if (kept === null) return { verdict: 'not yet', observed: null, says: 'it is not there' }
  const { expiresAt, keeper } = kept
  const observed = { expiresAt, keeper: keeper?.pid ?? null }
  if (isHeld(kept)) return { verdict: 'holds', observed, says: `it is there until ${expiresAt}` }
  const says = kept.there ? 'it is there, and its keeper has ended' : 'it was begun, and is not there whole'
  return { verdict: 'not yet', observed, says }
}

function judgeGone(kept: Kept | null): Probed {
  if (kept === null) return { verdict: 'holds', observed: null, says: 'nothing of it is there' }
  const { expiresAt } = kept
  return { verdict: 'not yet', observed: { expiresAt }, says: `its keeper's file is there, until ${expiresAt}` }
}
