import { channelFaults } from './channels.ts'
import { databaseFaults } from './databases.ts'
import type { At, ManifestFault } from './faults.ts'
import { hostFaults, placeFaults } from './hosts.ts'
import type { Written } from './schema.ts'
import { trafficFaults } from './traffic.ts'

/** What a schema cannot see: names that lead nowhere, circles, checks that assert nothing. */
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

function checkFaults({ checks, databases }: Written, at: At): readonly ManifestFault[] {
  const given = new Set<string>()
  const names = new Set<string>()
  return checks.flatMap((check, index) => {
    const faults: ManifestFault[] = []
    const fault = (key: string, what: string, next: string): number =>
      faults.push(at(['checks', index, key], what, next))
    if (names.has(check.name)) fault('name', `there are two checks named ${check.name}`, 'Give each its own name.')
    names.add(check.name)
    const requests = [check.http, check.command, check.sql].filter(request => request !== undefined)
    if (requests.length !== 1)
      fault(
        'name',
        `${check.name} asks ${requests.length === 0 ? 'nothing' : 'several things'}`,
        'Give it exactly one of http, command, sql.',
      )
    if (check.assert.length === 0)
      fault('name', `${check.name} asserts nothing`, 'Add an assert: a check without one is never a pass.')
    if (check.sql !== undefined && !(check.sql.database in databases))
      fault('sql', `there is no database ${check.sql.database}`, `Name one of ${list(databases)}.`)
    for (const used of placeholders(check))
      if (!given.has(used))
        fault('name', `{${used}} is used before a check extracts it`, 'Put the check that extracts it first.')
    for (const name of Object.keys(check.extract)) given.add(name)
    return faults
  })
}

export function placeholders({ http, command, sql }: Written['checks'][number]): readonly string[] {
  const text = JSON.stringify([http?.url, http?.headers, http?.json, command, sql?.query])
  return [...new Set([...text.matchAll(/(?<!\$)\{([a-z_]\w*)\}/gi)].map(([, name]) => name ?? ''))]
}

function list(names: Readonly<Record<string, unknown>>): string {
  return Object.keys(names).sort().join(', ') || '(none is declared)'
}
