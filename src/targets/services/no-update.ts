import type { ServiceCommand } from '../../state/command.ts'
import type { Outcome } from '../outcome.ts'

/** Only a Swarm updates a service by itself. */
export function noUpdate({ service, host }: Extract<ServiceCommand, { kind: 'service.update' }>): Outcome {
  const fault = {
    code: 'service.no-update',
    what: `${service} on ${host} cannot be updated task by task: ${host} is not a Swarm`,
    means: 'Nothing was changed. The plan was made for another astern.yaml.',
    next: 'Plan again.',
  }
  return { ok: false, fault, observed: null }
}
