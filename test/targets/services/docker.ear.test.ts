import { PassThrough } from 'node:stream'
import type Docker from 'dockerode'
import { expect, test } from 'vitest'
import type { Engine } from '../../../src/targets/services/docker/engine.ts'
import { watched } from '../../../src/targets/services/docker/watch/watched.ts'
import { until } from '../../contract/services-shop.ts'

test('what is asked while the stream of events breaks off is not kept, since nobody would tell that it changed', async () => {
  const streams: PassThrough[] = []
  const pings: (() => void)[] = []
  const docker = {
    getEvents: async () => {
      const stream = new PassThrough()
      streams.push(stream)
      return stream
    },
    ping: () => new Promise<void>(resolve => pings.push(resolve)),
  } as unknown as Docker
  const engine = watched(engineOver(docker), 60_000)
  let asked = 0
  const look = () => engine.read({ of: 'containers', which: 'all' }, 'list', async () => (asked += 1))

  const first = look()
  await until(() => pings.length === 1)
  const gone = new Promise(resolve => streams[0]?.once('close', resolve))
  streams[0]?.destroy()
  await gone
  pings[0]?.()
  expect(await first).toMatchObject({ value: 1 })
  expect(await look()).toMatchObject({ value: 2 })
  expect(await look()).toMatchObject({ value: 2 })
  await engine.close()
})

function engineOver(docker: Docker): Engine {
  const call: Engine['call'] = async (_, ask) => ({
    ok: true,
    status: 200,
    value: await ask(docker, new AbortController().signal),
  })
  return {
    host: 'web-1',
    hide: () => {},
    call,
    read: (_, what, ask) => call(what, ask),
    knock: async () => true,
    freeAt: async () => ({ why: 'nobody looks' }),
    answeredAt: () => performance.now(),
    close: async () => {},
  }
}
