import type { ContainerInfo } from 'dockerode'
import type { ContainerName } from '../../../state/manifest.ts'

/** One container of a host, as the list tells it. */
export type Listed = {
  readonly id: string
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  /** `container:<id>`: it uses that one's network. */
  readonly network: string
  readonly image: string
  /** The id of its image. */
  readonly digest: string
  /** As the Engine says it: created, running, exited, ... */
  readonly state: string
}

export const suffix = { fresh: '.astern-new', displaced: '.astern-was-' } as const

export function listedOf({ Id, Names, Labels, HostConfig, Image, ImageID, State }: ContainerInfo): Listed {
  const name = (Names[0] ?? '').replace(/^\//, '')
  return {
    id: Id,
    name,
    labels: Labels ?? {},
    network: HostConfig.NetworkMode,
    image: Image,
    digest: ImageID,
    state: State,
  }
}

/** `shop-api-1.astern-was-0123456789ab` -> `shop-api-1` */
export function baseOf(name: string): string {
  return name.replace(/\.astern-(new|was-[0-9a-f]{12})$/, '')
}

/** Is it one of the service's, be it the current one, one not yet in place, or one that was replaced? */
export function isOf({ name, labels }: Listed, container: ContainerName): boolean {
  if (container.kind === 'name') return baseOf(name) === container.name
  return (
    labels['com.docker.compose.project'] === container.project &&
    labels['com.docker.compose.service'] === container.service &&
    labels['com.docker.compose.container-number'] === String(container.number) &&
    labels['com.docker.compose.oneoff'] !== 'True'
  )
}
