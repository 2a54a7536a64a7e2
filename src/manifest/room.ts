import type { Manifest } from '../state/manifest.ts'
import type { At, ManifestFault } from './faults.ts'
import type { Written } from './schema.ts'

export function roomOf({ rehearsal }: Written): Pick<Manifest, 'rehearsal'> {
  if (rehearsal === undefined) return {}
  const services = Object.entries(rehearsal.services).map(([name, { env, port, serves, command }]) => [
    name,
    { env, port: port ?? null, serves, ...(command === undefined ? {} : { command }) },
  ])
  return { rehearsal: { services: Object.fromEntries(services) } }
}

export function roomFaults({ rehearsal, services, databases }: Written, at: At): readonly ManifestFault[] {
  return Object.entries(rehearsal?.services ?? {}).flatMap(([name, { env, serves, port, command, start }]) => {
    const place = ['rehearsal', 'services', name]
    const service = services[name]
    if (service === undefined)
      return [at(place, `there is no service ${name}`, `Name one of ${Object.keys(services).sort().join(', ')}.`)]
    const texts = Object.values(env)
    const uses = service.depends_on.some(other => other in databases)
    const named = texts.some(text => text.includes('{database') || /^(?:env|file|cmd):/.test(text))
    return [
      ...(service.kind !== 'web' && start === undefined
        ? [
            at(
              place,
              `is a ${service.kind}, which does by itself what nobody asked it for`,
              'Leave it out; or write start: true, where its env leads it to nothing that serves.',
            ),
          ]
        : []),
      ...(uses && !named
        ? [at([...place, 'env'], 'leads to no clone', 'Name it where its database is named: {database}.')]
        : []),
      ...(serves.length > 0 && port === undefined
        ? [at([...place, 'serves'], 'wants port beside it', 'Add the port on which it listens.')]
        : []),
      ...(serves.length === 0 && command === undefined && port === undefined
        ? [
            at(
              place,
              'is asked nothing',
              'Add command, or port and serves, so that something tells whether it is well.',
            ),
          ]
        : []),
      ...(service.swarm === undefined
        ? []
        : [at(place, 'is on a Swarm, where nothing is started beside it', 'Remove it.')]),
    ]
  })
}
