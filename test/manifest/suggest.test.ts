import { expect, test } from 'vitest'
import { parseManifest } from '../../src/manifest/load.ts'
import { suggestManifest, type FoundContainer } from '../../src/manifest/suggest.ts'

const hosts = [
  { name: 'web-1', written: { docker: 'ssh://web-1' } },
  { name: 'web-2', written: { docker: 'ssh://web-2' } },
]

test('every container that was found is in the suggestion, under a name of its own', () => {
  const found = [
    container('web-1', 'api', null),
    container('web-1', 'shop-api-1', { service: 'api', number: 1 }),
    container('web-2', 'shop-api-1', { service: 'api', number: 1 }),
    container('web-1', 'shop-api-2', { service: 'api', number: 2 }),
    container('web-1', 'shop-api-2-1', { service: 'api-2', number: 1 }),
  ]
  const loaded = parseManifest(suggestManifest('shop', hosts, found), '/')
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults))
  const places = Object.values(loaded.manifest.services).map(({ hosts: on, container: place }) => [on, place])
  expect(places).toHaveLength(4)
  expect(places).toEqual(
    expect.arrayContaining([
      [['web-1'], { kind: 'name', name: 'api' }],
      [['web-1', 'web-2'], composed('api', 1)],
      [['web-1'], composed('api', 2)],
      [['web-1'], composed('api-2', 1)],
    ]),
  )
})

test('a port that is open to anybody is not suggested without a word', () => {
  const open = [{ name: 'web-1', written: { docker: 'tcp://10.0.0.1:2375', tls: 'none' } }]
  expect(suggestManifest('shop', open, [])).toContain('# tls: none: anybody on the way can read and change')
  expect(suggestManifest('shop', hosts, [])).not.toContain('# tls: none')
})

test('a service of a Swarm is suggested by its name there, beside a container of the same name, with what its reader should know', () => {
  const note = '# shop has 3 managers'
  const both = [...hosts, { name: 'shop', written: { swarm: 'ssh://m-1' }, note }]
  const own = container('web-1', 'shop-api-1', { service: 'api', number: 1 })
  const its = {
    ...container('shop', 'shop_api', { service: 'api', number: 1 }),
    isSwarms: true as const,
    dependsOn: null,
  }
  const text = suggestManifest('shop', both, [own, { ...its, ports: [8080] }])
  expect(text).toContain(`\n${note}\n`)
  expect(text).not.toContain('Compose 1 does not')
  const loaded = parseManifest(text, '/')
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults))
  expect(
    Object.entries(loaded.manifest.services).map(([name, of]) => [name, of.swarm ?? of.container, of.hosts]),
  ).toEqual([
    ['api', composed('api', 1), ['web-1']],
    ['api.2', 'shop_api', ['shop']],
  ])
  expect(loaded.manifest.services['api.2']?.health).toEqual({ kind: 'tcp', address: '{host}', port: 8080 })
  expect(suggestManifest('shop', both, [its])).toContain('health: nothing tells it from here')
})

function container(host: string, name: string, of: { service: string; number: number } | null): FoundContainer {
  const member = of === null ? null : { project: 'shop', ...of }
  return { host, name, member, dependsOn: [], ports: [], checked: false, sharesWith: [], stopped: null }
}

function composed(service: string, number: number) {
  return { kind: 'compose', project: 'shop', service, number }
}
