import type { ServiceCommand } from '../../../../state/command.ts'
import type { Evidence, Outcome } from '../../../outcome.ts'
import { settled, Stopped, valueOf } from '../../docker/act/hands.ts'
import type { Spec, SwarmService } from '../api.ts'
import { noImage, referencesGone } from '../faults.ts'
import { digestIn, knownAt } from '../images.ts'
import type { Place } from '../layout.ts'
import { goneFrom, withReferences } from '../references.ts'
import { isAlive } from '../tasks.ts'
import { changeSpec, presentStanding } from './hands.ts'

type Point = Extract<ServiceCommand, { kind: 'service.point' }>
type Content = Pick<Point, 'release' | 'digest' | 'references'>

/** Puts the target's image into the spec and leaves the rest of it as it is. Nothing is started: there are no tasks. */
export function pointAt(place: Place, command: Point, evidence: Evidence): Promise<Outcome> {
  return settled(async () => {
    const { service, tasks } = await presentStanding(place)
    const image = await imageFor(place, service, command)
    await checkReferences(place, command)
    if (withContent(service.Spec, image, command) !== service.Spec && tasks.some(isAlive))
      throw new Stopped(stillRuns(place))
    await changeSpec(place, `point it at ${image}`, evidence, ({ Spec: now }) => {
      const next = withContent(now, image, command)
      return next === now ? null : next
    })
    return {
      ok: true,
      observed: { digest: command.digest },
      says: `the next start of ${place.name} on ${place.host} takes ${command.release}`,
    }
  })
}

/** The spec with this image and these configs and secrets; the very same where they are in it already. */
export function withContent(spec: Spec, image: string, { digest, references }: Content): Spec {
  const { ContainerSpec } = spec.TaskTemplate
  const pointed = digestIn(ContainerSpec.Image) === digest ? ContainerSpec : { ...ContainerSpec, Image: image }
  const next = withReferences(pointed, references)
  return next === ContainerSpec ? spec : { ...spec, TaskTemplate: { ...spec.TaskTemplate, ContainerSpec: next } }
}

/** Swarm refuses a task whose config or secret is gone, one node after another: so it is looked before. */
export async function checkReferences(place: Place, { release, references }: Content): Promise<void> {
  const gone = references === undefined ? [] : await goneFrom(place.engine, references)
  if (gone.length > 0) throw new Stopped(referencesGone(place, release, gone))
}

/** As the plan has it; else as the Swarm, its record or its manager know it, by this name and no other. */
export async function imageFor(
  place: Place,
  service: SwarmService,
  { release, digest, image }: Pick<Point, 'release' | 'digest' | 'image'>,
): Promise<string> {
  const known = valueOf(await knownAt(place, service)).find(one => one.digest === digest)
  if (known !== undefined && known.release !== release) throw new Stopped(noImage(place, release, digest))
  if (image !== undefined && digestIn(image) === digest) return image
  if (known === undefined) throw new Stopped(noImage(place, release, digest))
  return known.reference
}

function stillRuns({ name, host, swarm }: Place) {
  return {
    code: 'service.still-runs',
    what: `${name} on ${host} has tasks that run, and was to be stopped before it is replaced`,
    means: 'Nothing was changed.',
    next: `Find out who scaled ${swarm} up with: docker events --since 5m. Stop it, then retry, or undo.`,
  }
}
