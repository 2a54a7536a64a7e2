import type { Manifest } from '../../manifest.ts'
import type { BlastRadius, InjectTarget } from '../scenario.ts'

/** All that a fault at this target hurts: a host's is one of every service on it. */
export function reachOf(
  target: InjectTarget,
  { services }: Pick<Manifest, 'services'>,
): readonly (readonly [keyof BlastRadius, string])[] {
  switch (target.kind) {
    case 'service':
      return [
        ['services', target.service],
        ['hosts', target.host],
      ]
    case 'host': {
      const on = Object.entries(services).filter(([, { hosts }]) => hosts.includes(target.host))
      return [['hosts', target.host], ...on.map(([name]) => ['services', name] as const)]
    }
    case 'database':
      return [['databases', target.database]]
    case 'channel':
      return [['channels', target.channel]]
    case 'command':
    case 'operator':
      return []
  }
}
