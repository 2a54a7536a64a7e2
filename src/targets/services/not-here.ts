import type { ServiceCommand } from '../../state/command.ts'
import type { Outcome } from '../outcome.ts'

/** A way to replace a service that its host does not know: updates are a Swarm's, and starting beside is a Docker host's. */
export function notHere({ kind, service, host }: ServiceCommand): Outcome {
  const fault = {
    code: 'service.other-way',
    what: `${service} on ${host} cannot be replaced by ${kind}: ${host} is of another kind`,
    means: 'Nothing was changed. The plan was made for another astern.yaml.',
    next: 'Plan again.',
  }
  return { ok: false, fault, observed: null }
}
