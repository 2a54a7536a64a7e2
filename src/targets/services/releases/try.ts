import type { Connect } from '../../../state/manifest.ts'
import { commandHealth } from '../../probes/command.ts'
import { connectAll } from '../connect.ts'
import type { Health, ServiceTry } from '../port.ts'
import { awaitHealth } from './await-health.ts'
import { placeOf, type ReleasesConfig } from './layout.ts'
import { releasesLook } from './look.ts'
import { proveService } from './prove.ts'

/** What is journaled and harms nothing: waiting for health, and proving what runs. */
export function releasesTry(config: ReleasesConfig): ServiceTry {
  return {
    ...releasesLook(config),
    attempt: (command, evidence, signal) => {
      switch (command.kind) {
        case 'service.health':
          return awaitHealth(config, command, evidence, signal)
        case 'service.connect': {
          const { probeTimeoutMs: timeoutMs, probeIntervalMs: pauseMs } = config.timing
          const { address } = placeOf(config, command)
          // Its processes run here, so that here is inside.
          const ask = ({ argv }: Connect): Promise<Health> => commandHealth(argv, timeoutMs)
          return connectAll(command, { address, pauseMs, ask }, evidence, signal)
        }
        case 'service.prove':
          return proveService(config, command, evidence)
        case 'service.pull':
          return Promise.reject(new Error('a host of release directories has nothing to pull'))
      }
    },
  }
}
