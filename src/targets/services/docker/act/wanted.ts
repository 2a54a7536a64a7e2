import type { ServiceCommand } from '../../../../state/command.ts'
import type { Fault } from '../../../../state/fault.ts'
import { recreation, type Recreation } from '../config.ts'
import type { Inspected, Standing } from '../find.ts'
import { imageConfig, lookAtImage } from '../image-config.ts'
import { namesOf, type Image } from '../images.ts'
import { repositoryOf } from '../../../../state/image-reference.ts'
import { imageNamed } from '../observe.ts'
import type { Place } from '../layout.ts'
import { noRestart } from '../restart-policy.ts'
import { sharedAnew } from '../sharing.ts'
import { Stopped, valueOf } from './hands.ts'

type To = Pick<Extract<ServiceCommand, { kind: 'service.point' }>, 'release' | 'digest'>

/** The very image that was planned, under the name it was planned with. */
export async function targetFor(place: Place, { release, digest }: To): Promise<Image> {
  const image = await lookAtImage(place.engine, digest)
  if (!image.ok && image.status === 404) throw new Stopped(imageMissing(place, release, digest))
  const target = imageNamed(valueOf(image))
  if ((await namesOf(place))(target) !== release) throw new Stopped(imageMissing(place, release, digest))
  return target
}

/** The target's container, with all that people set on the present one; nothing but Astern starts it again. */
export async function wantedFor(
  place: Place,
  { host }: Standing,
  source: Inspected,
  target: Image,
): Promise<Recreation> {
  const its = valueOf(await imageConfig(place.engine, source.Image))
  const { body, networks } = recreation(source, its, referenceFor(source, target))
  const parked = source.HostConfig.AutoRemove === true ? {} : { RestartPolicy: { Name: noRestart.name } }
  const HostConfig = { ...body.HostConfig, ...sharedAnew(source.HostConfig, host), ...parked }
  return { body: { ...body, HostConfig }, networks }
}

/** The name in the same repository that leads to this very image now; else the image's own id. */
function referenceFor({ Config: { Image: before } }: Inspected, { id, tags }: Image): string {
  return tags.find(tag => repositoryOf(tag) === repositoryOf(before)) ?? tags[0] ?? id
}

function imageMissing({ name, host }: Place, release: string, digest: string): Fault {
  return {
    code: 'release.missing',
    what: `${host} has no image of ${name} that is called ${release} and is ${digest.slice(0, 19)}`,
    means: 'Nothing was changed.',
    next: `Pull it or load it there (docker load -i FILE), then retry, or undo.`,
  }
}
