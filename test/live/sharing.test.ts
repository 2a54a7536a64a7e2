import type Docker from 'dockerode'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { ServiceCommand } from '../../src/state/command.ts'
import { dockerAct } from '../../src/targets/services/docker/act/act.ts'
import { openFleet } from '../../src/targets/services/docker/layout.ts'
import { contextOf, permitFor, quiet } from '../contract/services-shop.ts'
import { describeWithEngines } from '../engines/describe.ts'
import { openEngine, type TestEngine } from '../engines/engine.ts'
import { importImage } from '../engines/images.ts'
import { dockerConfig, removeAll } from '../engines/shop.ts'

const modes = ['NetworkMode', 'PidMode', 'IpcMode'] as const
const waits = ['/bin/busybox', 'sh', '-c', 'trap "exit 0" TERM; sleep 1000 & wait']

describeWithEngines('a container whose namespace others use', () => {
  let engine: TestEngine
  let good: string
  beforeAll(async () => {
    engine = await openEngine()
    good = await importImage(engine.docker, { name: 'shop/api:1.2.2' })
    await importImage(engine.docker, { name: 'shop/api:1.3.0' })
  })
  beforeEach(() => removeAll(engine.docker))
  afterAll(() => engine?.close())

  test.each(modes)('(%s) is recreated with them, and they join the new one', async mode => {
    await run('shop-api-1', {})
    await run('shop-sidecar-1', { [mode]: `container:${await idOf('shop-api-1')}` })
    const act = adapters('api', 'sidecar')
    expect((await act.observe({ service: 'sidecar', host: 'web-1' })).sharesWith).toEqual(['api'])
    expect((await act.observe({ service: 'api', host: 'web-1' })).strangers).toBeUndefined()
    await switchAll(act, ['api', 'sidecar'])
    const { HostConfig, State } = await engine.docker.getContainer('shop-sidecar-1').inspect()
    expect([HostConfig[mode], State.Running]).toEqual([`container:${await idOf('shop-api-1')}`, true])
    await act.close()
  })

  test('and each of whose namespaces is another service’s is bound to both', async () => {
    await run('shop-api-1', {})
    await run('shop-cache-1', {})
    await run('shop-sidecar-1', { NetworkMode: 'container:shop-api-1', PidMode: 'container:shop-cache-1' })
    const act = adapters('api', 'cache', 'sidecar')
    expect((await act.observe({ service: 'sidecar', host: 'web-1' })).sharesWith).toEqual(['api', 'cache'])
    await act.close()
  })

  test.each(modes)('(%s) and of which astern.yaml does not know is told by name, however it was bound', async mode => {
    await run('shop-api-1', {})
    const id = await idOf('shop-api-1')
    const bound = { 'by-id': id, 'by-short-id': id.slice(0, 12), 'by-name': 'shop-api-1' }
    for (const [name, to] of Object.entries(bound)) await run(name, { [mode]: `container:${to}` })
    await run('bystander', {})
    const act = adapters('api')
    const { strangers } = await act.observe({ service: 'api', host: 'web-1' })
    expect(strangers?.toSorted()).toEqual(Object.keys(bound).toSorted())
    await act.close()
  })

  async function run(name: string, HostConfig: Docker.HostConfig): Promise<void> {
    const shareable = HostConfig.IpcMode === undefined ? { IpcMode: 'shareable' } : {}
    const all = { ...HostConfig, ...shareable }
    await (await engine.docker.createContainer({ name, Image: 'shop/api:1.3.0', Cmd: waits, HostConfig: all })).start()
  }

  async function idOf(name: string): Promise<string> {
    return (await engine.docker.getContainer(name).inspect()).Id
  }

  function adapters(...names: readonly string[]) {
    const { services: known, ...config } = dockerConfig(engine)
    const services = names.map(service => [
      service,
      { ...known['api']!, container: { kind: 'name' as const, name: `shop-${service}-1` } },
    ])
    return dockerAct(openFleet({ ...config, services: Object.fromEntries(services), now: () => new Date() }))
  }

  /** Those bound to others come last in `services`. */
  async function switchAll(act: ReturnType<typeof dockerAct>, services: readonly string[]): Promise<void> {
    const where = services.map(service => ({ service, host: 'web-1' }))
    const to = { release: '1.2.2', digest: good }
    const commands: readonly ServiceCommand[] = [
      ...where.toReversed().map(at => ({ kind: 'service.stop' as const, ...at, graceMs: 1000 })),
      ...where.flatMap((at): readonly ServiceCommand[] => [
        { kind: 'service.point', ...at, ...to },
        { kind: 'service.start', ...at, ...to },
      ]),
    ]
    for (const command of commands) {
      const outcome = await act.apply(command, permitFor(command), contextOf(), quiet)
      if (!outcome.ok) throw new Error(`${command.kind}: ${outcome.fault.what} ${outcome.fault.detail ?? ''}`)
    }
  }
})
