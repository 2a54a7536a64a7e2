import type { Manifest } from '../../../state/manifest.ts'
import { mayWrite } from '../../may.ts'
import { injectedOf } from '../by-family.ts'
import { placeAtHome } from '../keeper/home.ts'
import { keptLook, type KeptFamily } from '../keeper/look.ts'
import type { FaultMeans } from '../means.ts'
import type { FaultLook } from '../port.ts'
import { unable } from '../unable.ts'
import { consolesOf } from './consoles.ts'

export function operatorFamily(manifest: Manifest, means: FaultMeans): KeptFamily {
  const places = [placeAtHome(means)]
  return {
    environment: manifest.environment.name,
    able: async inject => {
      if (!(await mayWrite(means.home)))
        return unable(inject, `${means.home} cannot be written into`, 'Put its rights right.')
      return {
        ok: true,
        value:
          inject.fault === 'console_killed'
            ? 'consoles at the helm are killed once, and nothing is left of it'
            : 'a keeper on this machine hangs up on consoles at the helm, and stops by itself',
      }
    },
    placesOf: () => Promise.resolve(places),
    places: () => Promise.resolve(places),
    isOwn: ({ task }) => task.family === 'operator',
  }
}

/** A console that was killed leaves nothing: it is so while nobody plays. */
export function operatorFaultLook(manifest: Manifest, means: FaultMeans): FaultLook {
  const kept = keptLook(operatorFamily(manifest, means))
  return {
    ...kept,
    probe: async (command, context) => {
      if (injectedOf(command).fault !== 'console_killed') return kept.probe(command, context)
      if (command.kind === 'drill.undo')
        return { verdict: 'holds', observed: null, says: 'nothing is left of a console that was killed' }
      const { length } = await consolesOf(means.home, context.run)
      const says = `${length} consoles are at the helm of what is played`
      return { verdict: length === 0 ? 'holds' : 'not yet', observed: null, says }
    },
  }
}
