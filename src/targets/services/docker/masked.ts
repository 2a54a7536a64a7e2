import type { Inspected } from './find.ts'

/** What a container was, as evidence: everything but what may be secret. Environment by key, values left out. */
export function maskedInspect(container: Inspected): string {
  const { Config, HostConfig, Id, Name, Created, Image, Mounts, NetworkSettings } = container
  const Env = (Config.Env ?? []).map(entry => `${entry.split('=')[0] ?? ''}=***`)
  return JSON.stringify({
    Id,
    Name,
    Created,
    Image,
    Config: { ...Config, Env },
    HostConfig,
    Mounts,
    Networks: NetworkSettings.Networks,
  })
}
