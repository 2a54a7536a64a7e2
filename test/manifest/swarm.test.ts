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

  test.each([
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
