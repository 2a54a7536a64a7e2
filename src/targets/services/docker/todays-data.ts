import type { Inspected } from './find.ts'

/**
 * Another container as it was configured, with what is never gone back to: secret values, and volumes that nobody named,
 * which are today's data. `of` is where these come from.
 */
export function todaysData(container: Inspected, of: Inspected, secrets: readonly string[]): Inspected {
  const { Config, HostConfig, Mounts } = container
  const volumeAt = (path: string, before: string): string =>
    (nameless.test(before) && of.Mounts.find(({ Destination }) => Destination === path)?.Name) || before
  return {
    ...container,
    Config: { ...Config, Env: (Config.Env ?? []).map(entry => todaysEntry(entry, of, secrets)) },
    HostConfig: {
      ...HostConfig,
      ...(HostConfig.Binds == null ? {} : { Binds: HostConfig.Binds.map(bind => todaysBind(bind, volumeAt)) }),
      ...(HostConfig.Mounts === undefined
        ? {}
        : { Mounts: HostConfig.Mounts.map(one => ({ ...one, Source: volumeAt(one.Target, one.Source) })) }),
    },
    Mounts: Mounts.map(mount =>
      mount.Type === 'volume' ? { ...mount, Name: volumeAt(mount.Destination, mount.Name ?? '') } : mount,
    ),
  }
}

const nameless = /^[0-9a-f]{64}$/

function todaysEntry(entry: string, { Config }: Inspected, secrets: readonly string[]): string {
  const [name = ''] = entry.split('=')
  if (!secrets.includes(name)) return entry
  return Config.Env.find(other => other.startsWith(`${name}=`)) ?? entry
}

/** `<volume>:/data:ro` */
function todaysBind(bind: string, volumeAt: (path: string, before: string) => string): string {
  const [from = '', at, ...rest] = bind.split(':')
  return at === undefined ? bind : [volumeAt(at, from), at, ...rest].join(':')
}
