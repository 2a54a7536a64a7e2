import type { ContainerCreateOptions, EndpointSettings, ImageInspectInfo } from 'dockerode'
import type { Inspected } from './find.ts'

/** What an image brings along by itself. Engines leave out what is empty, or write it as null. */
export type ImageConfig = Partial<ImageInspectInfo['Config']>

export type Recreation = {
  readonly body: ContainerCreateOptions
  /** Joined after creation: the API before 1.44 takes one network with it. */
  readonly networks: Readonly<Record<string, EndpointSettings>>
}

type Config = Inspected['Config']

/**
 * The same container from another image: what people set comes along, what its own image had set is left to the target
 * image. `image` is how the new one is named in its configuration.
 */
export function recreation(from: Inspected, itsImage: ImageConfig, image: string): Recreation {
  const { Config: config, HostConfig: host } = from
  const mode = host.NetworkMode ?? 'default'
  const networks = isShared(mode) ? {} : endpointsOf(from)
  const { [mode]: primary, ...others } = networks
  const body = {
    ...peopleSet(config, itsImage),
    ...(hasOwnHostname(from) ? { Hostname: config.Hostname } : {}),
    Image: image,
    HostConfig: { ...host, ...withAnonymousVolumes(from) },
    ...(primary === undefined ? {} : { NetworkingConfig: { EndpointsConfig: { [mode]: primary } } }),
  }
  return { body: body as ContainerCreateOptions, networks: others }
}

/** Fields that an image may set too: equal to the image's, they are the image's. */
function peopleSet(config: Config, image: ImageConfig): Partial<Config> {
  const rest = Object.entries(config).filter(
    ([key, value]) => !madeApart.has(key) && !(imageSets.has(key) && same(value, valueIn(image, key))),
  )
  return {
    ...Object.fromEntries(rest),
    Env: (config.Env ?? []).filter(entry => !(image.Env ?? []).includes(entry)),
    ...commandOf(config, image),
    Labels: without(config.Labels, image.Labels),
    Volumes: withoutKeys(config.Volumes, image.Volumes),
    ExposedPorts: withoutKeys(config.ExposedPorts, image.ExposedPorts),
  } as Partial<Config>
}

const madeApart = new Set(['Hostname', 'Image', 'Env', 'Cmd', 'Entrypoint', 'Labels', 'Volumes', 'ExposedPorts'])
const imageSets = new Set(['User', 'WorkingDir', 'Healthcheck', 'StopSignal', 'OnBuild', 'Shell', 'ArgsEscaped'])

/** An entry point that people set does away with the image's command: set beside a missing command, it was set. */
function commandOf({ Cmd, Entrypoint }: Config, image: ImageConfig): Partial<Config> {
  const entryIsImages = same(Entrypoint, image.Entrypoint) && !(empty(Cmd) && !empty(image.Cmd))
  const commandIsImages = entryIsImages && same(Cmd, image.Cmd)
  return {
    ...(entryIsImages ? {} : { Entrypoint }),
    ...(commandIsImages || empty(Cmd) ? {} : { Cmd }),
  } as Partial<Config>
}

/** One that nobody set is the beginning of the container's id. */
function hasOwnHostname({
  Id,
  Config: { Hostname },
  HostConfig: { NetworkMode: mode = '', UTSMode },
}: Inspected): boolean {
  if (isShared(mode) || mode === 'host' || UTSMode === 'host') return false
  return Hostname !== '' && !Id.startsWith(Hostname)
}

function isShared(mode: string): boolean {
  return mode.startsWith('container:')
}

/** A volume nobody named is still somebody's data: the same one is mounted again, by its name. */
function withAnonymousVolumes(from: Inspected): object {
  const anonymous = anonymousVolumes(from)
  if (anonymous.length === 0) return {}
  const { Binds, Mounts: declared } = from.HostConfig
  const mounts = declared?.map(mount => {
    const its = isNameless(mount) ? anonymous.find(({ Destination }) => Destination === mount.Target) : undefined
    return its === undefined ? mount : { ...mount, Source: its.Name ?? '' }
  })
  const binds = anonymous
    .filter(({ Destination }) => !declared?.some(({ Target }) => Target === Destination))
    .map(({ Name, Destination, RW }) => `${Name}:${Destination}${RW ? '' : ':ro'}`)
  return {
    Binds: [...(Binds ?? []).filter(bind => targetOf(bind) !== null), ...binds],
    ...(mounts === undefined ? {} : { Mounts: mounts }),
  }
}

/** Volumes that no bind or mount of its configuration names, and no other container brings along by its name. */
export function anonymousVolumes(from: Inspected): Inspected['Mounts'] {
  const { Binds, Mounts: declared, VolumesFrom } = from.HostConfig
  const named = new Set([
    ...(Binds ?? []).map(targetOf),
    ...(declared ?? []).filter(mount => !isNameless(mount)).map(({ Target }) => Target),
  ])
  const lent = (name: string): boolean => !empty(VolumesFrom) && !/^[0-9a-f]{64}$/.test(name)
  return from.Mounts.filter(
    ({ Type, Name, Destination }) => Type === 'volume' && Name !== undefined && !lent(Name) && !named.has(Destination),
  )
}

function isNameless({ Type, Source }: NonNullable<Inspected['HostConfig']['Mounts']>[number]): boolean {
  return Type === 'volume' && empty(Source)
}

/** `orders:/data:ro` -> `/data`. Null: a place alone, for a volume without a name. */
function targetOf(bind: string): string | null {
  const [, target = ''] = bind.split(':')
  return target.startsWith('/') ? target : null
}

/** What people set of each network: the rest is given anew by the Engine. */
function endpointsOf({ Id, NetworkSettings: { Networks } }: Inspected): Record<string, EndpointSettings> {
  return Object.fromEntries(
    Object.entries(Networks ?? {}).map(([name, endpoint]) => {
      const { IPAMConfig, Links, Aliases, DriverOpts } = endpoint as Partial<EndpointSettings>
      const aliases = (Aliases ?? []).filter(alias => !Id.startsWith(alias))
      return [
        name,
        {
          ...(empty(IPAMConfig) ? {} : { IPAMConfig }),
          ...(empty(Links) ? {} : { Links }),
          ...(aliases.length === 0 ? {} : { Aliases: aliases }),
          ...(empty(DriverOpts) ? {} : { DriverOpts }),
        } as EndpointSettings,
      ]
    }),
  )
}

function without(
  own: Readonly<Record<string, string>> | null | undefined,
  images: Readonly<Record<string, string>> | null | undefined,
): Record<string, string> {
  return Object.fromEntries(Object.entries(own ?? {}).filter(([key, value]) => images?.[key] !== value))
}

function withoutKeys(own: object | null | undefined, images: object | null | undefined): Record<string, object> {
  return Object.fromEntries(Object.keys(own ?? {}).flatMap(key => (key in (images ?? {}) ? [] : [[key, {}]])))
}

function valueIn(image: ImageConfig, key: string): unknown {
  return (image as Readonly<Record<string, unknown>>)[key]
}

function same(a: unknown, b: unknown): boolean {
  return (empty(a) && empty(b)) || JSON.stringify(a) === JSON.stringify(b)
}

function empty(value: unknown): boolean {
  if (value === null || value === undefined || value === '' || value === false) return true
  return typeof value === 'object' && Object.keys(value).length === 0
}
