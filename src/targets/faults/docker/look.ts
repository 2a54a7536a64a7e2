import type { FaultCommand } from '../../../state/drill/command.ts'
import type { Probed } from '../../../state/facts.ts'
import type { Manifest } from '../../../state/manifest.ts'
import { engineOf } from '../../services/docker/layout.ts'
import type { RunContext } from '../../permit.ts'
import { injectedOf } from '../by-family.ts'
import type { FaultLook } from '../port.ts'
import { ableOn } from './able.ts'
import { groundOf, type DockerFaultMeans, type Ground } from './fleet.ts'
import { keptOf, keptOn, seenOf, stateOf } from './kept.ts'

/** Faults of services and disks on Docker hosts. Of a Swarm it says why there are none. */
export function dockerFaultLook(manifest: Manifest, means: DockerFaultMeans): FaultLook {
  return lookOver(groundOf(manifest, means))
}

export function lookOver(ground: Ground): FaultLook {
  const engines = Object.values(ground.fleet.engines)
  return {
    able: inject => ableOn(ground, inject),
    seen: () =>
      Promise.all(
        engines.map(async engine => {
          const kept = await keptOn(engine)
          return kept.ok ? { ok: true, value: kept.value.map(seenOf) } : kept
        }),
      ),
    probe: (command, context) => probe(ground, command, context),
    close: async () => {
      await Promise.all(engines.map(engine => engine.close()))
    },
  }
}

async function probe({ fleet }: Ground, command: FaultCommand, { run }: RunContext): Promise<Probed> {
  const injected = injectedOf(command)
  const engine = engineOf(fleet, hostOf(injected))
  const kept = await keptOf(engine, run, injected.inject)
  if (!kept.ok) return { verdict: 'unclear', observed: null, says: kept.fault.what }
  const is = kept.value
  if (command.kind === 'drill.undo')
    return is === null
      ? { verdict: 'holds', observed: null, says: `nothing of ${injected.inject} is left on ${engine.host}` }
      : { verdict: 'not yet', observed: null, says: `the keeper of ${injected.inject} is on ${engine.host} still` }
  if (is?.container == null)
    return { verdict: 'not yet', observed: null, says: `nothing keeps ${injected.inject} on ${engine.host}` }
  const state = await stateOf(engine, is.container.id)
  if (!state.ok) return { verdict: 'unclear', observed: null, says: state.fault.what }
  const { phase, words } = state.value ?? { phase: 'not begun', words: 'it has not begun' }
  const isKept = phase === 'holds' && is.container.state === 'running'
  return { verdict: isKept ? 'holds' : 'not yet', observed: { phase }, says: `${engine.host}: ${words}` }
}

export function hostOf({ target }: { readonly target: object }): string {
  if (!('host' in target) || typeof target.host !== 'string') throw new Error('a fault of no host')
  return target.host
}
