import { describe, expect, test } from 'vitest'
import { parseManifest } from '../../src/manifest/load.ts'

const written = (host: string, service: string): string => `environment: { name: shop, class: drill }
hosts: { here: ${host} }
services: { api: { hosts: [here], ${service} } }
`

describe('a Swarm in the manifest', () => {
  test.each([
    ['a socket', 'unix:///run/docker.sock', {}, { kind: 'unix', path: '/run/docker.sock' }, '127.0.0.1'],
    ['ssh', 'ssh://ops@manager-1:2222', {}, { kind: 'ssh', destination: 'ops@manager-1', port: 2222 }, 'manager-1'],
    [
      'tcp',
      'tcp://manager-1:2375',
      { tls: 'none' },
      { kind: 'tcp', host: 'manager-1', port: 2375, tls: null },
      'manager-1',
    ],
  ])('is one of its managers, reached by %s as a Docker host is', (_, swarm, more, endpoint, address) => {
    const loaded = parseManifest(written(JSON.stringify({ swarm, ...more }), 'swarm: shop_api'), '/etc/astern')
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults))
    expect(loaded.manifest.hosts['here']).toEqual({ kind: 'swarm', endpoint, address })
    expect(loaded.manifest.services['api']).toMatchObject({ swarm: 'shop_api', release: null })
  })

  test('may be several of its managers, each with the address where its ports are reached', () => {
    const swarm = ['ssh://ops@m-1', 'ssh://ops@m-2', 'ssh://ops@m-3']
    const at = (number: number, address = `m-${number}`) => ({
      endpoint: { kind: 'ssh', destination: `ops@m-${number}`, port: null },
      address,
    })
    const hostOf = (more: object): unknown => {
      const loaded = parseManifest(written(JSON.stringify({ swarm, ...more }), 'swarm: shop_api'), '/etc/astern')
      if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults))
      return loaded.manifest.hosts['here']
    }
    expect(hostOf({})).toEqual({ kind: 'swarm', ...at(1), others: [at(2), at(3)] })
    const balanced = 'shop.example'
    expect(hostOf({ address: balanced })).toEqual({
      kind: 'swarm',
      ...at(1, balanced),
      others: [at(2, balanced), at(3, balanced)],
    })
  })

  test.each([
    ['a manager twice', '{ swarm: [unix:///s, unix:///s] }', 'swarm: shop_api', 'unix:///s is named twice'],
    [
      'one of several by tcp without tls',
      '{ swarm: [unix:///s, "tcp://m:2375"] }',
      'swarm: shop_api',
      'tcp:// without',
    ],
    ['tcp without tls', '{ swarm: tcp://m:2375 }', 'swarm: shop_api', 'tcp:// without tls'],
    ['a container on it', '{ swarm: unix:///s }', 'container: api', 'here is a Swarm, and api is a container'],
    [
      'its service on a Docker host',
      '{ docker: unix:///s }',
      'swarm: shop_api',
      'here is a Docker host, and api is a service of a Swarm',
    ],
    ['two words for one service', '{ swarm: unix:///s }', 'swarm: shop_api, container: api', 'says several things'],
    [
      'a name no service has',
      '{ swarm: unix:///s }',
      'swarm: "shop api"',
      'is not a name a service of a Swarm can have',
    ],
  ])('is refused with %s', (_, host, service, what) => {
    const loaded = parseManifest(written(host, service), '/etc/astern')
    if (loaded.ok) throw new Error('it was accepted')
    expect(loaded.faults.map(fault => fault.what).join('\n')).toContain(what)
  })
})
