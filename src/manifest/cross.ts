import { channelFaults } from './channels.ts'
import { checkFaults } from './check-faults.ts'
import { databaseFaults } from './databases.ts'
import type { At, ManifestFault } from './faults.ts'
import { hostFaults, placeFaults } from './hosts.ts'
import { roomFaults } from './room.ts'
import type { Written } from './schema.ts'
import { trafficFaults } from './traffic.ts'

/** What a schema cannot see: names that lead nowhere, circles, checks that ask or assert nothing. */
export function crossFaults(written: Written, at: At): readonly ManifestFault[] {
  return [
    ...hostFaults(written, at),
    ...serviceFaults(written, at),
    ...placeFaults(written, at),
    ...trafficFaults(written, at),
    ...cycleFaults(written, at),
    ...databaseFaults(written, at),
    ...checkFaults(written, at),
    ...channelFaults(written, at),
    ...roomFaults(written, at),
  ]
}

function serviceFaults({ services, hosts, databases }: Written, at: At): readonly ManifestFault[] {
  return Object.entries(services).flatMap(([name, service]) => [
    ...service.hosts.flatMap((host, index) =>
      host in hosts
        ? []
        : [
            at(
              ['services', name, 'hosts', index],
              `there is no host ${host}`,
              `Declare it under hosts, or name one of ${list(hosts)}.`,
            ),
          ],
    ),
    ...service.depends_on.flatMap((other, index) =>
      other in services || other in databases
        ? []
        : [
            at(
              ['services', name, 'depends_on', index],
              `there is no service or database ${other}`,
              `Name one of ${list({ ...services, ...databases })}.`,
            ),
          ],
    ),
  ])
}

/** Each circle once, at the service it is first met. */
function cycleFaults({ services }: Written, at: At): readonly ManifestFault[] {
  const told = new Set<string>()
  return Object.keys(services).flatMap(start => {
    const circle = circleFrom(start, start, services, [start])
    if (circle === null) return []
    const id = [...circle].sort().join(' ')
    if (told.has(id)) return []
    told.add(id)
    return [
      at(
        ['services', start, 'depends_on'],
        `depends on itself: ${[...circle, start].join(' -> ')}`,
        'Take one of these dependencies out: no order of stopping and starting satisfies them.',
      ),
    ]
  })
}

function circleFrom(
  start: string,
  here: string,
  services: Written['services'],
  path: readonly string[],
): readonly string[] | null {
  for (const next of services[here]?.depends_on ?? []) {
    if (next === start) return path
    if (path.includes(next)) continue
    const found = circleFrom(start, next, services, [...path, next])
    if (found !== null) return found
  }
  return null
}

function list(names: Readonly<Record<string, unknown>>): string {
  return Object.keys(names).sort().join(', ') || '(none is declared)'
}
