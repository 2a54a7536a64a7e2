import { expect, test } from 'vitest'
import type { Inspected } from '../../../src/targets/services/docker/find.ts'
import { secretNames } from '../../../src/targets/services/docker/secret-env.ts'
import { todaysData } from '../../../src/targets/services/docker/todays-data.ts'

const then = 'a'.repeat(64)
const today = 'b'.repeat(64)

test.each([
  ['PASSWORD=x', true],
  ['PAYMENT_KEY=x', true],
  ['STRIPE_API_KEY=x', true],
  ['GITHUB_TOKEN=x', true],
  ['MYSQL_ROOT_PASSWORD=x', true],
  ['DATABASE_URL=mysql://shop:pass@db/shop', true],
  ['PUBLIC_URL=https://shop.example/', false],
  ['MONKEY=x', false],
  ['KEYSPACE=x', false],
  ['TOKENIZER=fast', false],
  ['MODE=on', false],
])('of %s the value is a secret: %s', (entry, secret) => {
  expect(secretNames(containerWith([entry], []))).toEqual(secret ? [entry.split('=')[0]] : [])
})

test('another configuration keeps secret values and the data of volumes without a name as they are today', () => {
  const lender = containerWith(['MODE=then', 'API_KEY=then'], [then], [`${then}:/data:ro`, 'orders:/orders', '/bare'])
  const own = containerWith(['MODE=today', 'API_KEY=today'], [today])
  const { Config, HostConfig, Mounts } = todaysData(lender, own, ['API_KEY'])
  expect({ env: Config.Env, binds: HostConfig.Binds, mounts: HostConfig.Mounts, volumes: Mounts }).toEqual({
    env: ['MODE=then', 'API_KEY=today'],
    binds: [`${today}:/data:ro`, 'orders:/orders', '/bare'],
    mounts: [{ Type: 'volume', Target: '/data', Source: today }],
    volumes: [{ Type: 'volume', Name: today, Destination: '/data' }],
  })
})

function containerWith(env: readonly string[], volumes: readonly string[], binds: readonly string[] = []): Inspected {
  return {
    Config: { Env: env },
    HostConfig: { Binds: binds, Mounts: volumes.map(Source => ({ Type: 'volume', Target: '/data', Source })) },
    Mounts: volumes.map(Name => ({ Type: 'volume', Name, Destination: '/data' })),
  } as unknown as Inspected
}
