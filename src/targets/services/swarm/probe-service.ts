import type { ServiceCommand } from '../../../state/command.ts'
import type { Probed, SwarmReferences } from '../../../state/facts.ts'
import { standingOf, type Standing } from './find.ts'
import { digestIn } from './images.ts'
import type { Place } from './layout.ts'
import { desiredOf, isParked } from './parking.ts'
import { referencesIn, sameReferences } from './references.ts'
import { digestOf, failedOf, isAlive, perNode, runningOf, silentOf, wantedOf } from './tasks.ts'

/** Does the service stand already as the command would leave it? */
export async function probeService(place: Place, command: ServiceCommand): Promise<Probed> {
  const standing = await standingOf(place)
  if (!standing.ok) return { verdict: 'unclear', observed: null, says: standing.fault.what }
  if (standing.value === null) return { verdict: 'not yet', observed: null, says: `there is no service ${place.swarm}` }
  const running = runningOf(standing.value)
  const { Spec, UpdateStatus } = standing.value.service
  const observed = {
    digest: digestIn(Spec.TaskTemplate.ContainerSpec.Image),
    running: running.length,
    update: UpdateStatus?.State ?? null,
  }
  const where = running.length === 0 ? '' : ` (${perNode(standing.value, running)})`
  const says = `${running.length} of ${wantedOf(standing.value)} tasks run${where}`
  return { verdict: holds(command, standing.value) ? 'holds' : 'not yet', observed, says }
}

function holds(command: ServiceCommand, standing: Standing): boolean {
  const { Spec } = standing.service
  const points = 'digest' in command && pointsAt(Spec.TaskTemplate.ContainerSpec.Image, command.digest)
  switch (command.kind) {
    case 'service.stop':
      return isStopped(standing) || isPast(standing, command.past)
    case 'service.point':
      return points && refersTo(standing, command)
    case 'service.start':
      return points && isStarted(standing)
    case 'service.beside':
    case 'service.withdraw':
      return false
    case 'service.update':
      return points && isUpdated(standing, command.digest) && refersTo(standing, command)
  }
}

function isStopped({ service, tasks }: Standing): boolean {
  return desiredOf(service.Spec) === 0 && !tasks.some(isAlive)
}

/** What takes its place runs already, and nothing else does. */
function isPast({ tasks }: Standing, past: string | undefined): boolean {
  const alive = tasks.filter(isAlive)
  return past !== undefined && alive.length > 0 && alive.every(task => digestOf(task) === past)
}

function pointsAt(image: string, digest: string): boolean {
  return digestIn(image) === digest
}

/** What is still on its way up counts: a start is the Swarm's order, and whether its tasks stay up is their health's. */
function isStarted(standing: Standing): boolean {
  const { Spec } = standing.service
  if (isParked(Spec) || desiredOf(Spec) === 0) return false
  return runningOf(standing).length > 0 || failedOf(standing).length === 0
}

/** Over, and every task that runs is of that image; one whose node is silent too. */
export function isUpdated(standing: Standing, digest: string): boolean {
  return isUpdatedWhereHeard(standing, digest) && silentOf(standing).every(task => digestOf(task) === digest)
}

/** The same, but for the tasks of nodes that give no answer. */
export function isUpdatedWhereHeard(standing: Standing, digest: string): boolean {
  const { Spec, UpdateStatus } = standing.service
  const running = runningOf(standing)
  const silent = silentOf(standing)
  const over = ['', 'completed', 'rollback_completed'].includes(UpdateStatus?.State ?? '')
  return (
    over &&
    !isParked(Spec) &&
    running.length > 0 &&
    running.length >= wantedOf(standing) &&
    running.every(task => digestOf(task) === digest) &&
    standing.tasks.every(task => !isAlive(task) || silent.includes(task) || digestOf(task) === digest)
  )
}

function refersTo({ service }: Standing, { references }: { readonly references?: SwarmReferences }): boolean {
  return references === undefined || sameReferences(referencesIn(service.Spec.TaskTemplate.ContainerSpec), references)
}
