import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { InjectFault } from '../../../src/state/drill/command.ts'
import type { Inject } from '../../../src/state/drill/scenario.ts'
import type { Manifest } from '../../../src/state/manifest.ts'
import {
  actOn,
  container,
  deploy,
  everything,
  manifestFor,
  onApi,
  openSmallDisk,
} from '../../contract/faults-docker-stage.ts'
import { describeWithEngines } from '../../engines/describe.ts'
import { openEngine, type TestEngine } from '../../engines/engine.ts'
import { importImage } from '../../engines/images.ts'
import { openRewriter } from '../../engines/rewriter.ts'
import { removeAll } from '../../engines/shop.ts'

type Fault = Pick<InjectFault, 'fault' | 'target' | 'settings'>

const onDisk: Fault = { fault: 'disk_full', target: { kind: 'host', host: 'web-1' }, settings: {} }

describeWithEngines('a fault on an Engine', () => {
  let engine: TestEngine
  const open: { close: () => void | Promise<void> }[] = []
  beforeAll(async () => {
    engine = await openEngine()
    for (const version of ['1.2.2', '1.3.0']) await importImage(engine.docker, { name: `shop/api:${version}` })
    await deploy(engine.docker)
  })
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) await one.close()
  })
  afterAll(() => engine.close())

  /** What is said before a drill, of which nothing is left on the Engine. */
  const able = async (fault: Fault, manifest: Manifest = manifestFor(engine), program?: string): Promise<string> => {
    const before = await everything(engine.docker)
    const act = actOn(manifest, program)
    const inject: Inject = {
      id: 'one',
      when: { kind: 'time', afterMs: 0 },
      ...fault,
      expiresMs: 300_000,
      text: null,
      wantsAnswer: false,
    }
    const said = await act.able(inject)
    await act.close()
    expect(await everything(engine.docker)).toEqual(before)
    return said.ok ? said.value : said.fault.what
  }
  const can = 'a keeper on web-1 stops shop-api-1, and starts it again after 300 s'

  test('says what will be done and undone, each in its own words', async () => {
    const disk = openSmallDisk()
    open.push(disk)
    expect([
      await able(onApi('stop')),
      await able(onApi('kill')),
      await able(onApi('pause')),
      await able(onApi('restart_loop')),
      await able(onApi('image_gone', { release: '1.2.2' })),
      await able(onApi('tag_moved', { release: '1.2.2', instead: '1.3.0' })),
      await able(onDisk, manifestFor(engine, disk.directory)),
    ]).toEqual([
      can,
      'a keeper on web-1 kills shop-api-1, and starts it again after 300 s',
      'a keeper on web-1 pauses shop-api-1, and lets it go on after 300 s',
      'a keeper on web-1 ends shop-api-1 again and again, and leaves it alone after 300 s',
      expect.stringMatching(/^a keeper on web-1 saves image [0-9a-f]{12}, removes it, and loads it again after 300 s$/),
      expect.stringMatching(/^a keeper on web-1 leads shop\/api:1\.2\.2 to [0-9a-f]{12}, and back after 300 s$/),
      `a keeper on web-1 fills ${disk.directory}, and empties it again after 300 s`,
    ])
  })

  test('is refused where its service has no container there, or one that does not run or would be gone', async () => {
    const manifest = manifestFor(engine)
    const { api } = manifest.services
    if (api === undefined) throw new Error('no service')
    const elsewhere = { ...manifest, services: { api: { ...api, hosts: ['web-2'] } } }
    expect(await able(onApi('stop'), elsewhere)).toBe('api has no container on web-1')
    const other = {
      ...manifest,
      services: { api: { ...api, container: { kind: 'name', name: 'shop-web-1' } as const } },
    }
    expect(await able(onApi('stop'), other)).toBe('There is no container of api on web-1')
    await engine.docker.getContainer(container).pause()
    expect(await able(onApi('stop'))).toBe('shop-api-1, the container of api on web-1, does not run')
    await engine.docker.getContainer(container).unpause()
    expect(await able(onApi('stop'))).toBe(can)
    await removeAll(engine.docker)
    const brief = await engine.docker.createContainer({
      name: container,
      Image: 'shop/api:1.3.0',
      HostConfig: { AutoRemove: true },
    })
    await brief.start()
    expect(await able(onApi('stop'))).toMatch(/^shop-api-1 on web-1 is removed when it ends \(--rm\)/)
    await removeAll(engine.docker)
    await deploy(engine.docker)
  })

  test('does not judge by what runs now where it is put there later, and something else may run', async () => {
    const later = { ...onApi('image_gone', { release: '1.3.0' }), when: { kind: 'phase', phase: 1, step: null } }
    expect(await able(later)).toMatch(/^a keeper on web-1 /)
  })

  test.each([
    ['is not named', onApi('image_gone'), 'It does not say which release of api'],
    ['is not there', onApi('image_gone', { release: '9' }), 'There is no image of api 9 on web-1, but of 1.2.2, 1.3.0'],
    [
      'runs there',
      onApi('image_gone', { release: '1.3.0' }),
      'shop-api-1 on web-1 runs 1.3.0: its image cannot be removed under it',
    ],
    [
      'is to be taken for itself',
      onApi('tag_moved', { release: '1.2.2', instead: '1.2.2' }),
      '1.2.2 and 1.2.2 are one image on web-1',
    ],
    [
      'is not said to be taken for another',
      onApi('tag_moved', { release: '1.2.2' }),
      'It does not say which release of api',
    ],
  ])('is refused where its release %s', async (_, fault, why) => {
    expect(await able(fault)).toBe(why)
  })

  test('is refused where other images are built on the one that is to go', async () => {
    const made = await engine.docker.createContainer({ Image: 'shop/api:1.2.2' })
    await made.commit({ repo: 'shop/api', tag: '1.2.2-debug' })
    await made.remove()
    open.push({ close: () => engine.docker.getImage('shop/api:1.2.2-debug').remove() as Promise<void> })
    expect(await able(onApi('image_gone', { release: '1.2.2' }))).toMatch(/^Other images on web-1 are built on/)
    expect(await able(onApi('image_gone', { release: '1.2.2-debug' }))).toMatch(/^a keeper on web-1 saves image/)
  })

  test("is refused on a disk that is not named, is not there, or is the Engine's own", async () => {
    const { drill: _, ...unnamed } = manifestFor(engine)
    expect(await able(onDisk, unnamed)).toBe('drill.disks of astern.yaml names no path on web-1 that drills may fill')
    expect(await able(onDisk, manifestFor(engine, '/nowhere'))).toBe('There is no /nowhere on web-1')
    const own = mkdtempSync(join(tmpdir(), 'astern-own-'))
    open.push({ close: () => rmSync(own, { recursive: true }) })
    expect(await able(onDisk, manifestFor(engine, own))).toMatch(/8 GB|9 GB are filled at most|the Engine's own data/)
  })

  test('is refused on an Engine whose processor or system is another than that of the Node at hand', async () => {
    const other = await openRewriter(engine.socket, { Architecture: () => 'riscv64' })
    open.push(other)
    expect(await able(onApi('stop'), manifestFor({ ...engine, socket: other.socket }))).toMatch(
      /^The Engine on web-1 runs linux on riscv64, and the Node that a keeper is made of is for linux on /,
    )
    const windows = await openRewriter(engine.socket, { OSType: () => 'windows' })
    open.push(windows)
    expect(await able(onApi('stop'), manifestFor({ ...engine, socket: windows.socket }))).toMatch(/runs windows on/)
    const same = await openRewriter(engine.socket, {})
    open.push(same)
    expect(await able(onApi('stop'), manifestFor({ ...engine, socket: same.socket }))).toBe(can)
  })

  test('is refused where a part of Astern is missing', async () => {
    expect(await able(onApi('stop'), manifestFor(engine), '/nowhere.js')).toBe(
      "The keepers' program is not in /nowhere.js",
    )
  })

  test('is refused on a Swarm, and says what can be done there', async () => {
    const manifest = manifestFor(engine)
    const host = { kind: 'swarm', endpoint: { kind: 'unix', path: engine.socket }, address: engine.address } as const
    expect(await able(onApi('stop'), { ...manifest, hosts: { 'web-1': host } })).toBe(
      'web-1 is a Swarm, which mends by itself what is done to one of its tasks',
    )
  })

  test('is refused where the Engine gives no answer', async () => {
    const { address } = engine
    expect(await able(onApi('stop'), manifestFor({ socket: '/nowhere.sock', address }))).toMatch(/cannot be reached/)
  })
})
