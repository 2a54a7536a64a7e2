import type { Manifest } from '../../../../state/manifest.ts'
import { keptAct } from '../../keeper/act/act.ts'
import type { FaultMeans } from '../../means.ts'
import type { FaultAct } from '../../port.ts'
import { commandFamily, commandOf } from '../look.ts'

export function commandFaultAct(manifest: Manifest, means: FaultMeans): FaultAct {
  const taskOf: Parameters<typeof keptAct>[0]['taskOf'] = ({ target }) => {
    const command = commandOf(manifest, target)
    if (command === null || target.kind !== 'command') throw new Error('no such command of drills')
    return Promise.resolve({ family: 'command', name: target.command, command })
  }
  return keptAct({ ...commandFamily(manifest, means), taskOf }, means)
}
