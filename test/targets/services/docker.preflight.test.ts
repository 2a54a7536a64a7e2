import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { dockerLook } from '../../../src/targets/services/docker/look.ts'
import { openFleet, type Fleet } from '../../../src/targets/services/docker/layout.ts'
import { describeWithEngines } from '../../engines/describe.ts'
import { openEngine, type TestEngine } from '../../engines/engine.ts'
import { importImage } from '../../engines/images.ts'
import { until } from '../../contract/services-shop.ts'
import { dockerConfig, removeAll } from '../../engines/shop.ts'

const instance = { service: 'api', host: 'web-1' }

describeWithEngines('before anything is changed on a Docker host', () => {
  let engine: TestEngine
  let directory: string
  let fleet: Fleet
  let good: string
  beforeAll(async () => {
    engine = await openEngine()
    directory = mkdtempSync(join(tmpdir(), 'astern-saved-'))
    fleet = openFleet({ ...dockerConfig(engine), now: () => new Date(), artifacts: directory })
    good = await importImage(engine.docker, { name: 'shop/api:1.2.2' })
    await importImage(engine.docker, { name: 'shop/api:1.3.0', changes: ['VOLUME /cache'] })
  })
  afterAll(async () => {
    await fleet.engines['web-1']?.close()
    await engine.close()
    rmSync(directory, { recursive: true, force: true })
  })

  test('leftovers beside the container, its nameless volume and its missing restart policy are told', async () => {
    await removeAll(engine.docker)
    const create = (name: string) => engine.docker.createContainer({ name, Image: 'shop/api:1.3.0' })
    await (await create('shop-api-1')).start()
    expect(await dockerLook(fleet).surroundings(instance)).toEqual([
      expect.stringMatching(/^its volume without a name on \/cache comes along, as the same one \([0-9a-f]{12}\)$/),
      expect.stringContaining('it has no restart policy'),
    ])
    for (const name of ['0123456789ab_shop-api-1', '0123456789ab_shop-api-10', 'shop-api-1.astern-new'])
      await create(name)
    const around = await dockerLook(fleet).surroundings(instance)
    expect(around.slice(0, 2)).toEqual([
      expect.stringContaining('0123456789ab_shop-api-1 (created) stands beside it, left by a Compose'),
      expect.stringContaining('shop-api-1.astern-new stands beside it: a recreation was begun'),
    ])
    expect(around).toHaveLength(4)
  })

  test('what it wrote outside its volumes is told, and that Compose would make it anew', async () => {
    await removeAll(engine.docker)
    const container = await engine.docker.createContainer({
      name: 'shop-api-1',
      Image: 'shop/api:1.3.0',
      Cmd: ['/bin/busybox', 'sh', '-c', 'touch /cache/kept /tmp/one /www/two; sleep 1000'],
      Labels: { 'com.docker.compose.project': 'shop' },
      HostConfig: { RestartPolicy: { Name: 'always' } },
    })
    await container.start()
    const told = async () =>
      (await dockerLook(fleet).surroundings(instance)).filter(text => !text.includes('without a name'))
    await until(async () => (await told()).some(text => text.includes('/www/two')))
    expect(await told()).toEqual([
      expect.stringContaining('Compose still knows it, and its next up makes it anew'),
      'it wrote outside its volumes (/tmp/one, /www/two): that stays behind, in the replaced container',
    ])
  })

  test('what else changes containers by itself is named, while it runs', async () => {
    await removeAll(engine.docker)
    await engine.docker.getImage('shop/api:1.2.2').tag({ repo: 'containrrr/watchtower', tag: '1.7' })
    const watchtower = await engine.docker.createContainer({ name: 'updater', Image: 'containrrr/watchtower:1.7' })
    await (await engine.docker.createContainer({ name: 'shop-api-1', Image: 'shop/api:1.3.0' })).start()
    const named = async () =>
      (await dockerLook(fleet).surroundings(instance)).filter(text => text.includes('(container updater)'))
    expect(await named()).toEqual([])
    await watchtower.start()
    expect(await named()).toEqual([
      expect.stringContaining('Watchtower updates containers to the newest image of their tag'),
    ])
  })

  test('that something other than Docker started it again is told, once it has, and nothing of it where a policy does', async () => {
    await removeAll(engine.docker)
    const started = async () =>
      (await dockerLook(fleet).surroundings(instance)).filter(text => /restart policy|started again/.test(text))
    const container = await engine.docker.createContainer({ name: 'shop-api-1', Image: 'shop/api:1.3.0' })
    await container.start()
    expect(await started()).toEqual([expect.stringContaining('after a restart of its host it stays down')])
    await container.stop({ t: 0 })
    await container.start()
    expect(await started()).toEqual([
      expect.stringMatching(
        /^it has no restart policy, ended at \d{4}-\d\d-\d\dT[\d:]{8}Z and was started again: .*systemd unit.*Docker cannot tell which/,
      ),
    ])
    await container.update({ RestartPolicy: { Name: 'unless-stopped' } })
    expect(await started()).toEqual([])
  })

  test('a registry that keeps silent is asked little, and makes nobody take the host for gone', async () => {
    await removeAll(engine.docker)
    await (await engine.docker.createContainer({ name: 'shop-api-1', Image: 'shop/api:1.3.0' })).start()
    const silent = createServer(() => {}).listen(0, engine.address.replace(/\.\d+$/, '.1'))
    await once(silent, 'listening')
    const { address, port } = silent.address() as AddressInfo
    const wanted = Array.from({ length: 12 }, (_, index) => {
      const digest = `sha256:${String(index).padStart(64, '0')}`
      const image = { name: `${address}:${port}/api:${index}`, digests: [`${address}:${port}/api@${digest}`] }
      return { release: String(index), digest, image }
    })
    const look = dockerLook(fleet)
    const ended: string[] = []
    const asking = look.releases(instance, wanted).then(found => (ended.push('releases'), found))
    const connected = once(silent, 'connection')
    await connected
    const observed = await look.observe(instance)
    ended.push('observed')
    const found = await asking
    silent.close()
    expect([observed.state, ended]).toEqual(['running', ['observed', 'releases']])
    const missing = found.filter(({ complete }) => !complete)
    expect(missing).toHaveLength(12)
    for (const { why } of missing) expect(why).toMatch(/gave no answer (through web-1|a moment ago)/)
    expect(missing.filter(({ why }) => why?.includes('a moment ago')).length).toBeGreaterThanOrEqual(8)
  })

  test('an archive is told with the room it needs: itself, and as much again while it is unpacked', async () => {
    const file = join(directory, 'good.tar')
    await pipeline(await engine.docker.getImage('shop/api:1.2.2').get(), createWriteStream(file))
    await engine.docker.getImage(good).remove({ force: true })
    const found = await dockerLook(fleet).releases(instance, [{ release: '1.2.2', digest: good }])
    expect(found.filter(({ digest }) => digest === good)).toEqual([
      {
        release: '1.2.2',
        digest: good,
        complete: true,
        why: null,
        fetch: { kind: 'archive', file },
        room: { leastBytes: statSync(file).size, mostBytes: 2 * statSync(file).size },
      },
    ])
  })
})
