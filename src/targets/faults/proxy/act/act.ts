import { describeFault, type InjectFault } from '../../../../state/drill/command.ts'
import type { Fault } from '../../../../state/fault.ts'
import type { Manifest } from '../../../../state/manifest.ts'
import { injectedOf } from '../../by-family.ts'
import { lookedAgain } from '../../looked-again.ts'
import type { FaultAct } from '../../port.ts'
import { putAt, removeAt } from '../client.ts'
import { proxiesOf, proxyFaultLook, proxyOnTheWay } from '../look.ts'

export function proxyFaultAct(manifest: Manifest): FaultAct {
  const look = proxyFaultLook(manifest)
  return {
    ...look,
    apply: async (command, permit, context, evidence) => {
      permit.spend(command)
      const injected = injectedOf(command)
      const { run, environment } = context
      let fault: Fault | null = null
      if (command.kind === 'drill.inject') {
        const proxy = await proxyOnTheWay(manifest, injected.target)
        fault = proxy === null ? nobodyThere(injected) : await putAt(proxy, { run, environment, injected })
      } else {
        const left = await Promise.all(proxiesOf(manifest).map(proxy => removeAt(proxy, run, injected.inject)))
        fault = left.find(one => one !== null) ?? null
      }
      if (fault !== null) return { ok: false, fault, observed: null }
      const probed = await look.probe(command, context)
      evidence(probed.says)
      return lookedAgain(command, probed)
    },
  }
}

function nobodyThere(injected: InjectFault): Fault {
  return {
    code: 'proxy.not-there',
    what: `To ${describeFault(injected)}, no proxy of drills is on the way`,
    means: 'Nothing was changed.',
    next: 'Start it: astern drill --proxy FILE.',
  }
}
