import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ServiceCommand } from '../../../src/state/command.ts'
import type { ContainerName } from '../../../src/state/manifest.ts'
import { dockerAct } from '../../../src/targets/services/docker/act/act.ts'
import { openFleet } from '../../../src/targets/services/docker/layout.ts'
import { contextOf, permitFor, quiet, until } from '../../contract/services-shop.ts'
import { openComposeProject, type ComposeProject } from '../../engines/compose.ts'
import { describeWithEngines } from '../../engines/describe.ts'
import { openEngine, type TestEngine } from '../../engines/engine.ts'
import { importImage } from '../../engines/images.ts'
import { dockerConfig } from '../../engines/shop.ts'

// Each test has names of its own: an Engine tells of what the one before did.
const composed = (project: string): ContainerName => ({ kind: 'compose', project, service: 'api', number: 1 })
const named = (name: string): ContainerName => ({ kind: 'name', name })

const tests = (): void => {
  let engine: TestEngine
  let project: ComposeProject
  let good: string
  let bad: string
  const opened: { close: () => Promise<void> }[] = []
  beforeAll(async () => {
    engine = await openEngine()
    good = await importImage(engine.docker, { name: 'shop/service:1.2.2' })
    bad = await importImage(engine.docker, { name: 'shop/service:1.3.0' })
    // A shell as the first process takes no SIGTERM: a stop of it takes as long as its grace.
    project = openComposeProject(engine.socket, 'shop', {
      api: { command: ['/bin/busybox', 'sh', '-c', 'while :; do sleep 1; done'] },
      jobs: {},
    })
  })
  afterAll(async () => {
    await Promise.all(opened.map(one => one.close()))
    project?.close()
    await engine?.close()
  })

  function at(container: ContainerName) {
    const { services, ...config } = dockerConfig(engine)
    const api = { ...services['api']!, container, health: null, identity: null }
    const act = dockerAct(openFleet({ ...config, services: { api }, now: () => new Date() }))
    opened.push(act)
    return act
  }

  const signs = async (container: ContainerName) =>
    (await at(container).deploys('web-1')).map(({ by, isUnderWay, signs }) => ({ by, isUnderWay, signs }))

  test('that Compose carries out is seen while it goes on, and when it has ended a moment ago', async () => {
    project.use('shop/service:1.3.0')
    await project.compose('up', '-d')
    project.use('shop/service:1.2.2')
    const deploying = project.compose('up', '-d')
    const look = at(composed('shop'))
    const seen = await until(async () => {
      const [deploy] = await look.deploys('web-1')
      return deploy?.signs.some(sign => /^(stopping|replacing) shop_api_1/.test(sign)) === true && deploy
    })
    expect(seen).toMatchObject({ by: 'Compose project shop', isUnderWay: true })
    expect((await deploying).code).toBe(0)
    const [after, ...others] = await signs(composed('shop'))
    expect(others).toEqual([])
    expect(after).toMatchObject({ by: 'Compose project shop', isUnderWay: false })
    expect(after?.signs).toEqual(
      expect.arrayContaining([
        'made shop_api_1',
        'made shop_jobs_1',
        expect.stringMatching(/^removed [0-9a-f]{12}_shop_api_1$/),
        expect.stringMatching(/^renamed shop_api_1 to [0-9a-f]{12}_shop_api_1$/),
      ]),
    )
  })

  test('of another project, of another container and of a one-off of the same project is none', async () => {
    const create = (name: string, Labels: Record<string, string> = {}) =>
      engine.docker.createContainer({ name, Image: 'shop/service:1.3.0', Labels })
    await create('blog_web_1', { 'com.docker.compose.project': 'blog', 'com.docker.compose.service': 'web' })
    await create('blog-api-10')
    await create('store_api_run_1', { 'com.docker.compose.project': 'store', 'com.docker.compose.oneoff': 'True' })
    expect([await signs(composed('store')), await signs(named('blog-api-1'))]).toEqual([[], []])
  })

  test('by whoever makes the container anew by its name is seen; a reload of what runs is none', async () => {
    const create = () => engine.docker.createContainer({ name: 'one-api-1', Image: 'shop/service:1.3.0' })
    const container = await create()
    await container.start()
    await container.kill({ signal: 'SIGHUP' }).catch(() => {})
    expect(await signs(named('one-api-1'))).toEqual([{ by: null, isUnderWay: false, signs: ['made one-api-1'] }])
    await container.remove({ force: true })
    await create()
    expect(await signs(named('one-api-1'))).toEqual([
      { by: null, isUnderWay: false, signs: ['made one-api-1', 'removed one-api-1'] },
    ])
  })

  test('is not what Astern does itself', async () => {
    await (await engine.docker.createContainer({ name: 'two-api-1', Image: bad })).start()
    const before = await signs(named('two-api-1'))
    const act = at(named('two-api-1'))
    const where = { service: 'api', host: 'web-1' }
    const to = { ...where, release: '1.2.2', digest: good }
    const commands: readonly ServiceCommand[] = [
      { kind: 'service.stop', ...where, graceMs: 1000 },
      { kind: 'service.point', ...to },
      { kind: 'service.start', ...to, restart: { name: 'no', retries: 0 } },
    ]
    for (const command of commands) {
      const outcome = await act.apply(command, permitFor(command), contextOf(), quiet)
      expect(outcome.ok ? 'ok' : outcome.fault).toBe('ok')
    }
    expect(await signs(named('two-api-1'))).toEqual(before)
  })
}

describeWithEngines('a deploy', tests, ['docker-compose'])
