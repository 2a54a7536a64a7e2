import type { Service, TrafficCall } from '../state/manifest.ts'
import type { At, ManifestFault } from './faults.ts'
import type { Written, WrittenTraffic } from './schema.ts'

export function trafficOf({ drain, start_first: startFirst, reload }: WrittenTraffic): NonNullable<Service['traffic']> {
  return {
    ...(drain === undefined ? {} : { drain: { calls: callsOf(drain), waitMs: drain.wait ?? 0 } }),
    ...(startFirst === undefined ? {} : { startFirst }),
    ...(reload === undefined ? {} : { reload: callsOf(reload) }),
  }
}

type WrittenCall = NonNullable<WrittenTraffic['reload']>

function callsOf({ http, command }: WrittenCall): readonly TrafficCall[] {
  return [
    ...(http === undefined ? [] : [{ kind: 'http', url: http.url, method: http.method, status: http.expect } as const]),
    ...(command === undefined ? [] : [{ kind: 'command', argv: command } as const]),
  ]
}

/** What says nothing does nothing, and would look as if it did. */
export function trafficFaults({ services }: Written, at: At): readonly ManifestFault[] {
  return Object.entries(services).flatMap(([name, { traffic, kind, container, compose }]) => {
    const says = ({ http, command }: WrittenCall): boolean => http !== undefined || command !== undefined
    const { drain, reload } = traffic ?? {}
    const contained = container !== undefined || compose !== undefined
    return [
      ...(traffic?.start_first === undefined || (kind === 'web' && contained)
        ? []
        : [
            at(
              ['services', name, 'traffic', 'start_first'],
              kind === 'web' ? 'is for containers on Docker hosts' : `a ${kind} must never run twice at once`,
              'Leave it out.',
            ),
          ]),
      ...(drain === undefined || says(drain) || drain.wait !== undefined
        ? []
        : [
            at(
              ['services', name, 'traffic', 'drain'],
              'says nothing to do',
              'Give it http, command, wait, or leave it out.',
            ),
          ]),
      ...(reload === undefined || says(reload)
        ? []
        : [
            at(
              ['services', name, 'traffic', 'reload'],
              'says nothing to do',
              'Give it http or command, or leave it out.',
            ),
          ]),
    ]
  })
}
