import { createWriteStream, mkdtempSync, rmSync, truncateSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { FetchFrom } from '../../../src/state/facts.ts'
import { savedIn } from '../../../src/targets/services/docker/archives/archives.ts'
import { openFleet } from '../../../src/targets/services/docker/layout.ts'
import { dockerTry } from '../../../src/targets/services/docker/try.ts'
import { describeWithEngines } from '../../engines/describe.ts'
import { openEngine, type TestEngine } from '../../engines/engine.ts'
import { importImage } from '../../engines/images.ts'
import { openRegistry, type TestRegistry } from '../../engines/registry.ts'
import { dockerConfig } from '../../engines/shop.ts'

const before = process.env['DOCKER_CONFIG']

const fetching = (): void => {
  let registry: TestRegistry
  let engine: TestEngine
  let good: { readonly id: string; readonly reference: string }
  let other: { readonly id: string; readonly reference: string }
  let directory: string
  beforeAll(async () => {
    registry = await openRegistry()
    engine = await openEngine(registry.flags)
    directory = mkdtempSync(join(tmpdir(), 'astern-saved-'))
    const publish = async (version: string) => {
      const id = await importImage(engine.docker, { name: `made/api:${version}` })
      return { id, reference: await registry.push(engine.docker, id, `shop/api:${version}`) }
    }
    ;[good, other] = [await publish('1.2.2'), await publish('1.3.0')]
    await save(join(directory, 'good.tar'), `${registry.address}/shop/api:1.2.2`)
  })
  afterAll(async () => {
    if (before === undefined) delete process.env['DOCKER_CONFIG']
    else process.env['DOCKER_CONFIG'] = before
    await engine.close()
    await registry.close()
    rmSync(directory, { recursive: true, force: true })
  })

  test('gives the image its name back, tells of its layers, and says no word of the account', async () => {
    await forget(good.id)
    const { outcome, said } = await attempt({ kind: 'registry', reference: good.reference })
    expect(outcome).toMatchObject({ ok: true, observed: { digest: good.id } })
    expect((await engine.docker.getImage(good.id).inspect()).RepoTags).toEqual([nameOf('1.2.2')])
    expect(said).toContain('Pull complete')
    expect(said).not.toContain(registry.account.password)
    expect(said).not.toContain(Buffer.from(`deploy:${registry.account.password}`).toString('base64'))
  })

  test('leaves a name that leads elsewhere now where it leads', async () => {
    await forget(good.id)
    await engine.docker.getImage(other.id).tag({ repo: `${registry.address}/shop/api`, tag: '1.2.2' })
    expect((await attempt({ kind: 'registry', reference: good.reference })).outcome.ok).toBe(true)
    expect((await engine.docker.getImage(nameOf('1.2.2')).inspect()).Id).toBe(other.id)
    await engine.docker.getImage(good.id).tag({ repo: `${registry.address}/shop/api`, tag: '1.2.2' })
  })

  test('with a wrong password fails with the registry named, and what is on the host stays as it was', async () => {
    await forget(good.id)
    const images = await tags()
    const { outcome } = await attempt({ kind: 'registry', reference: good.reference }, 'wrong')
    expect(outcome).toMatchObject({
      ok: false,
      fault: { code: 'image.not-fetched', what: expect.stringContaining(good.reference) },
    })
    expect(await tags()).toEqual(images)
  })

  test('that breaks off half-way is a failure, though the Engine had begun with a yes', async () => {
    await forget(good.id)
    const putBack = registry.loseLayers()
    const { outcome } = await attempt({ kind: 'registry', reference: good.reference })
    putBack()
    expect(outcome).toMatchObject({ ok: false, fault: { code: 'image.not-fetched', detail: expect.any(String) } })
    expect((await attempt({ kind: 'registry', reference: good.reference })).outcome.ok).toBe(true)
  })

  test('of another image than the recorded one is a failure that says so', async () => {
    await forget(good.id)
    const { outcome } = await attempt({ kind: 'registry', reference: other.reference })
    expect(outcome).toMatchObject({ ok: false, fault: { code: 'image.another' } })
  })

  test('that was there when the plan was made and is known to nobody else fails with what to do', async () => {
    await forget(good.id)
    expect((await attempt(null)).outcome).toMatchObject({ ok: false, fault: { code: 'image.gone' } })
  })

  test('from an archive gives back to others the names that the archive would take from them', async () => {
    await forget(good.id)
    await engine.docker.getImage(other.id).tag({ repo: `${registry.address}/shop/api`, tag: '1.2.2' })
    const { outcome } = await attempt({ kind: 'archive', file: join(directory, 'good.tar') })
    expect(outcome).toMatchObject({ ok: true, observed: { digest: good.id } })
    expect((await engine.docker.getImage(nameOf('1.2.2')).inspect()).Id).toBe(other.id)
  })

  test('that is done already does nothing', async () => {
    const { outcome, said } = await attempt({ kind: 'archive', file: '/nowhere.tar' })
    expect([outcome.ok, said]).toEqual([true, ''])
  })

  test('knows what an archive holds, and holds one that breaks off for nothing', async () => {
    expect(await savedIn(directory)).toEqual([
      { file: join(directory, 'good.tar'), id: good.id, tags: [nameOf('1.2.2')] },
    ])
    const broken = mkdtempSync(join(directory, 'broken-'))
    await save(join(broken, 'half.tar'), good.id)
    truncateSync(join(broken, 'half.tar'), Math.floor(statSync(join(broken, 'half.tar')).size / 2))
    expect(await savedIn(broken)).toEqual([])
  })

  function nameOf(version: string): string {
    return `${registry.address}/shop/api:${version}`
  }

  async function attempt(from: FetchFrom | null, password = registry.account.password) {
    process.env['DOCKER_CONFIG'] = registry.clientConfig(password)
    const fleet = openFleet({ ...dockerConfig(engine), now: () => new Date('2026-11-22T03:12:00Z') })
    const said: string[] = []
    const command = {
      kind: 'service.pull',
      service: 'api',
      host: 'web-1',
      release: '1.2.2',
      digest: good.id,
      from,
      name: nameOf('1.2.2'),
    } as const
    const signal = AbortSignal.timeout(60_000)
    const outcome = await dockerTry(fleet).attempt(command, line => said.push(line), signal)
    await fleet.engines['web-1']?.close()
    return { outcome, said: said.join('\n') }
  }

  async function forget(id: string): Promise<void> {
    await engine.docker
      .getImage(id)
      .remove({ force: true })
      .catch(() => {})
  }

  async function tags(): Promise<readonly string[]> {
    return (await engine.docker.listImages()).flatMap(({ RepoTags }) => RepoTags ?? []).sort()
  }

  async function save(file: string, image: string): Promise<void> {
    await pipeline(await engine.docker.getImage(image).get(), createWriteStream(file))
  }
}

describe('fetching an image', () => describeWithEngines('on a real Docker Engine', fetching, ['docker-registry']))
