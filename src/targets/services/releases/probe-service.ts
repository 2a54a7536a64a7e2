import { join } from 'node:path'
import type { ServiceCommand } from '../../../state/command.ts'
import type { Observed, Probed } from '../../../state/facts.ts'
import { digestOf } from './digest.ts'
import type { Place } from './layout.ts'
import { observePlace } from './observe.ts'

/** Does the service stand already as the command would leave it? */
export async function probeService(place: Place, command: ServiceCommand): Promise<Probed> {
  const seen = await observePlace(place)
  const { state, release, digest, pointed, pid } = seen
  const observed = { state, release, digest, pointed, pid }
  if (state === 'unreachable') return { verdict: 'unclear', observed, says: seen.note ?? state }
  switch (command.kind) {
    case 'service.stop':
      return {
        verdict: state === 'running' && digest !== (command.past ?? '') ? 'not yet' : 'holds',
        observed,
        says: inWords(seen),
      }
    case 'service.point': {
      const there = await digestOf(join(place.releases, command.release))
      const right = pointed === command.release && there.digest === command.digest
      return { verdict: right ? 'holds' : 'not yet', observed, says: `current points at ${pointed ?? 'no release'}` }
    }
    case 'service.beside':
    case 'service.withdraw':
    case 'service.update':
      return { verdict: 'not yet', observed, says: inWords(seen) }
    case 'service.start': {
      if (state === 'running' && release === null) return { verdict: 'unclear', observed, says: inWords(seen) }
      const right = state === 'running' && release === command.release && digest === command.digest
      return { verdict: right ? 'holds' : 'not yet', observed, says: inWords(seen) }
    }
  }
}

function inWords({ state, release, pid, note }: Observed): string {
  if (state !== 'running') return state === 'stopped' ? 'it does not run' : (note ?? state)
  return release === null ? (note ?? `process ${pid} runs`) : `runs ${release} as process ${pid}`
}
