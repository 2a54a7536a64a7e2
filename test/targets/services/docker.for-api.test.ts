import { describe, expect, test } from 'vitest'
import { forApi } from '../../../src/targets/services/docker/for-api.ts'

const mac = '02:42:ac:1f:07:99'
const body = (mode: string, more: object = {}) => ({
  Image: 'shop/api:1.2.2',
  HostConfig: { NetworkMode: mode },
  MacAddress: mac,
  ...more,
})
const endpoint = { IPAMConfig: { IPv4Address: '172.31.7.99' }, Aliases: ['api'] }

describe('the address of a network card that people gave a container', () => {
  const given = body('shop', { NetworkingConfig: { EndpointsConfig: { shop: endpoint } } })

  test.each(['v1.24', 'v1.40', 'v1.41', 'v1.42', 'v1.43', ''])(
    'is the container’s own before API 1.44: %s',
    version => {
      expect(forApi(given, version)).toBe(given)
    },
  )

  test.each(['v1.44', 'v1.45', 'v1.47', '1.52', 'v2.0'])(
    'is that of its endpoint on its own network from API 1.44 on, beside what that had: %s',
    version => {
      expect(forApi(given, version)).toEqual({
        Image: 'shop/api:1.2.2',
        HostConfig: { NetworkMode: 'shop' },
        NetworkingConfig: { EndpointsConfig: { shop: { ...endpoint, MacAddress: mac } } },
      })
    },
  )

  test('is told under the very name of its network mode, where nothing else is said of that network', () => {
    expect(forApi(body('default'), 'v1.47')).toEqual({
      Image: 'shop/api:1.2.2',
      HostConfig: { NetworkMode: 'default' },
      NetworkingConfig: { EndpointsConfig: { default: { MacAddress: mac } } },
    })
  })

  test.each(['host', 'none', 'container:abc'])('is left where it is without a card of its own: %s', mode => {
    expect(forApi(body(mode), 'v1.47')).toEqual(body(mode))
  })

  test('is not made up', () => {
    const { MacAddress: _, ...without } = given
    expect(forApi(without, 'v1.47')).toBe(without)
  })
})
