import { afterAll, beforeAll } from 'vitest'
import { describeWithEngines } from '../engines/describe.ts'
import { openEngine, type TestEngine } from '../engines/engine.ts'
import { importImage } from '../engines/images.ts'
import { faultWorld, onApi, openSmallDisk, policy, whatIs, type SmallDisk } from './faults-docker-stage.ts'
import { faultContract } from './faults-suite.ts'

describeWithEngines('faults on a real Docker Engine', () => {
  let engine: TestEngine
  let disk: SmallDisk
  const ids: Record<string, string> = {}
  beforeAll(async () => {
    engine = await openEngine()
    for (const version of ['1.2.2', '1.3.0'])
      ids[version] = await importImage(engine.docker, { name: `shop/api:${version}` })
    disk = openSmallDisk()
  })
  afterAll(async () => {
    disk.close()
    await engine.close()
  })

  const isDown = async (): Promise<boolean> => {
    const { Running, Paused, Restarting } = await whatIs(engine.docker)
    return !Running || Paused || Restarting
  }
  for (const fault of ['stop', 'kill', 'pause'] as const)
    faultContract(fault, () => faultWorld(engine, onApi(fault), isDown))

  faultContract('restart_loop', () =>
    faultWorld(engine, onApi('restart_loop', { everyMs: 100 }), async () => {
      const { HostConfig } = await whatIs(engine.docker)
      return HostConfig.RestartPolicy?.Name !== policy.Name || (await isDown())
    }),
  )

  const leadsTo = async (name: string): Promise<string | null> =>
    engine.docker
      .getImage(name)
      .inspect()
      .then(
        ({ Id }) => Id,
        () => null,
      )

  faultContract('image_gone', () =>
    faultWorld(
      engine,
      onApi('image_gone', { release: '1.2.2' }),
      async () => (await leadsTo(ids['1.2.2'] ?? '')) === null,
    ),
  )

  faultContract('tag_moved', () =>
    faultWorld(
      engine,
      onApi('tag_moved', { release: '1.2.2', instead: '1.3.0' }),
      async () => (await leadsTo('shop/api:1.2.2')) !== ids['1.2.2'],
    ),
  )

  faultContract('disk_full', () =>
    faultWorld(
      engine,
      { fault: 'disk_full', target: { kind: 'host', host: 'web-1' }, settings: {} },
      async () => disk.isFull(),
      { disk },
    ),
  )
})
