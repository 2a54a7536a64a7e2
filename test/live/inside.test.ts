import { afterAll, beforeAll, expect, test } from 'vitest'
import { openEngine as engineTo, type Engine } from '../../src/targets/services/docker/engine.ts'
import { runInside } from '../../src/targets/services/docker/exec.ts'
import { describeWithEngines } from '../engines/describe.ts'
import { openEngine, type TestEngine } from '../engines/engine.ts'
import { importImage } from '../engines/images.ts'

describeWithEngines('a question from inside a container', () => {
  let host: TestEngine
  let engine: Engine
  let id: string
  beforeAll(async () => {
    host = await openEngine()
    engine = engineTo('web-1', { kind: 'unix', path: host.socket })
    await importImage(host.docker, { name: 'shop/api:1.3.0' })
    const container = await host.docker.createContainer({ Image: 'shop/api:1.3.0' })
    await container.start()
    ;({ id } = container)
  })
  afterAll(async () => {
    await engine?.close()
    await host?.close()
  })

  test('that ends is told by how it ends', async () => {
    expect(await ask(['true'], 20_000)).toMatchObject({ state: 'healthy', note: '/bin/busybox ends with 0' })
    expect(await ask(['cat', '/nothing'], 20_000)).toMatchObject({
      state: 'unhealthy',
      note: expect.stringMatching(/^\/bin\/busybox ends with 1: .*No such file/),
    })
  })

  test('that does not end says so, and nothing else of the Engine', async () => {
    expect(await ask(['sleep', '600'], 300)).toEqual({
      state: 'unhealthy',
      latencyMs: null,
      note: '/bin/busybox does not end in 300 ms',
    })
  })

  const ask = (argv: readonly string[], timeoutMs: number) =>
    runInside(engine, id, ['/bin/busybox', ...argv], timeoutMs)
})
