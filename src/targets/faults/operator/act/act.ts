import { setTimeout as sleep } from 'node:timers/promises'
import type { Manifest } from '../../../../state/manifest.ts'
import { isAlive } from '../../../process-id.ts'
import { injectedOf } from '../../by-family.ts'
import { keptAct } from '../../keeper/act/act.ts'
import type { FaultMeans } from '../../means.ts'
import type { FaultAct } from '../../port.ts'
import { consolesOf, tell } from '../consoles.ts'
import { operatorFamily, operatorFaultLook } from '../look.ts'

const killedMs = 5_000

export function operatorFaultAct(manifest: Manifest, means: FaultMeans): FaultAct {
  const family = operatorFamily(manifest, means)
  const { home } = means
  const kept = keptAct(
    { ...family, taskOf: (_, { run }) => Promise.resolve({ family: 'operator', home, drill: run }) },
    means,
  )
  return {
    ...kept,
    ...operatorFaultLook(manifest, means),
    apply: async (command, permit, context, evidence) => {
      if (injectedOf(command).fault !== 'console_killed') return kept.apply(command, permit, context, evidence)
      permit.spend(command)
      if (command.kind === 'drill.undo') return { ok: true, observed: null, says: 'nothing is left of it' }
      const consoles = await consolesOf(home, context.run)
      for (const console of consoles) tell(console, 'SIGKILL')
      const until = performance.now() + killedMs
      while (consoles.some(isAlive) && performance.now() < until) await sleep(20)
      const pids = consoles.map(({ pid }) => pid)
      const says = pids.length === 0 ? 'no console was at the helm' : `killed: process ${pids.join(', ')}`
      evidence(says)
      return { ok: true, observed: { pids }, says }
    },
  }
}
