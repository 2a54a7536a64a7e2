import { expect, test } from 'vitest'
import { exclusiveOf } from '../../../src/targets/services/docker/exclusive.ts'
import type { Inspected } from '../../../src/targets/services/docker/find.ts'

const network = (IPAMConfig: object | null) => ({ NetworkSettings: { Networks: { shop: { IPAMConfig } } } })

test.each([
  ['a port of its host', { HostConfig: { PortBindings: { '80/tcp': [{ HostPort: '8080' }] } } }, 'port 8080'],
  ['an address', network({ IPv4Address: '10.0.0.7' }), 'address 10.0.0.7'],
  ['an address of its network card', { Config: { MacAddress: '02:42:ac:1f:07:99' } }, 'address 02:42:ac:1f:07:99'],
  ['a place it writes to', { Mounts: [{ Type: 'volume', RW: true, Destination: '/data' }] }, 'what it writes on /data'],
  ['the network of its host', { HostConfig: { NetworkMode: 'host' } }, 'its network (host)'],
  ['devices', { HostConfig: { Devices: [{ PathOnHost: '/dev/kvm' }] } }, 'its devices'],
  ['its place', { HostConfig: { AutoRemove: true } }, 'its place (--rm)'],
] as const)('only one container can hold %s', (_, more, held) => {
  expect(exclusiveOf(container(more))).toEqual([held])
})

test('two of a container can run that holds nothing but what all may read', () => {
  const more = {
    ...network(null),
    HostConfig: { PortBindings: { '80/tcp': [{ HostPort: '' }] }, NetworkMode: 'shop' },
    Mounts: [{ Type: 'bind', RW: false, Destination: '/etc/shop' }],
  }
  expect(exclusiveOf(container(more))).toEqual([])
})

function container(more: object): Inspected {
  return { Config: {}, HostConfig: {}, Mounts: [], NetworkSettings: { Networks: {} }, ...more } as unknown as Inspected
}
