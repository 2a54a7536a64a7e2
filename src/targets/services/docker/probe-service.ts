import type { ServiceCommand } from '../../../state/command.ts'
import type { Probed, RestartPolicy } from '../../../state/facts.ts'
import { standingOf, type Inspected, type Standing } from './find.ts'
import type { Place } from './layout.ts'
import { isPointed } from './pointed.ts'
import { policyOf } from './restart-policy.ts'

/** Does the service stand already as the command would leave it? */
export async function probeService(place: Place, command: ServiceCommand): Promise<Probed> {
  const standing = await standingOf(place)
  if (!standing.ok) return { verdict: 'unclear', observed: null, says: standing.fault.what }
  const { current } = standing.value
  const observed = {
    id: current?.Id.slice(0, 12) ?? null,
    state: current?.State.Status ?? 'missing',
    digest: current?.Image ?? null,
  }
  const says = inWords(current)
  const verdict = holds(command, standing.value) ? 'holds' : 'not yet'
  return { verdict, observed, says }
}

function holds(command: ServiceCommand, standing: Standing): boolean {
  const { current, fresh, displaced } = standing
  switch (command.kind) {
    case 'service.stop':
      if (current === null || displaced.some(({ State }) => State.Running)) return false
      return current.State.Running ? current.Image === command.past : willStay(current)
    case 'service.point':
      return isPointed(standing, command)
    case 'service.start':
      return runs(current, command.digest) && hasPolicy(current, command.restart)
    case 'service.beside':
      return runs(fresh, command.digest) || runs(current, command.digest)
    case 'service.withdraw':
      return fresh?.Image !== command.digest
    case 'service.update':
      return false
  }
}

function runs(container: Inspected | null, digest: string): container is Inspected {
  return container?.Image === digest && container.State.Running && !container.State.Restarting
}

/** One that was started beside what it replaced runs already, and nothing starts it again yet. */
function hasPolicy(container: Inspected, wanted: RestartPolicy | undefined): boolean {
  if (wanted === undefined || container.HostConfig.AutoRemove === true) return true
  const { name, retries } = policyOf(container)
  return name === wanted.name && retries === wanted.retries
}

/** Nothing but a person starts it again. */
function willStay(container: Inspected): boolean {
  return container.HostConfig.AutoRemove === true || policyOf(container).name === 'no'
}

function inWords(current: Inspected | null): string {
  if (current === null) return 'there is no such container'
  const { State: state, Id } = current
  return state.Running ? `container ${Id.slice(0, 12)} runs` : `container ${Id.slice(0, 12)} is ${state.Status}`
}
