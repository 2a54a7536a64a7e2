import type { Manifest } from '../../../../state/manifest.ts'
import { engineOf } from '../../../services/docker/layout.ts'
import { settled } from '../../../services/docker/act/hands.ts'
import type { FaultAct } from '../../port.ts'
import { groundOf, type DockerFaultMeans } from '../fleet.ts'
import { hostOf, lookOver } from '../look.ts'
import { inject } from './inject.ts'
import { takeBack } from './take-back.ts'

export function dockerFaultAct(manifest: Manifest, means: DockerFaultMeans): FaultAct {
  const ground = groundOf(manifest, means)
  return {
    ...lookOver(ground),
    apply: (command, permit, { run }, evidence) => {
      permit.spend(command)
      return settled(() =>
        command.kind === 'drill.inject'
          ? inject(ground, command, run, evidence)
          : takeBack(
              ground,
              engineOf(ground.fleet, hostOf(command.injected)),
              { run, injected: command.injected },
              evidence,
            ),
      )
    },
  }
}
