import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Assertion, CheckRequest } from '../../src/state/check.ts'
import { parseManifest } from '../../src/manifest/load.ts'
import { openContainers } from '../../src/targets/containers.ts'
import { until } from '../contract/services-shop.ts'
import { describeWithEngines } from '../engines/describe.ts'
import { openSwarm, type TestImage, type TestSwarm } from '../engines/swarm.ts'
import { said as saidBy } from '../runners/suite.ts'

describeWithEngines('a check of a service of a Swarm', () => {
  let swarm: TestSwarm
  let good: TestImage
  let opened: ReturnType<typeof openContainers>
  const at = { service: 'api' }
  const said = (request: CheckRequest, asserts: readonly Assertion[]): Promise<string> =>
    saidBy(request, asserts, { timeoutMs: 20_000 }, { containers: opened.containers })
  beforeAll(async () => {
    swarm = await openSwarm()
    good = await swarm.image({
      name: 'shop/api:1.2.2',
      command: [
        '/bin/busybox',
        'sh',
        '-c',
        'echo "ready to serve"; trap "exit 0" TERM; httpd -f -p 8080 -h /www & wait',
      ],
    })
    opened = openContainers(manifestOf(swarm.manager.socket), {
      resolve: text => Promise.resolve(text),
      now: () => new Date(),
      databaseChild: '',
    })
    await swarm.deploy({ image: good, replicas: 3 })
  })
  afterAll(async () => {
    await opened?.close()
    await swarm?.close()
  })

  test('takes all its tasks as one: their state, their digest, that they stay, and what they write', async () => {
    expect(
      await said({ kind: 'docker', at }, [
        { kind: 'state', equals: 'running' },
        { kind: 'digest', equals: [good.digest] },
        { kind: 'restarts', equals: 0 },
        { kind: 'steady' },
      ]),
    ).toMatch(/^pass: state running, .*restarts 0, not started again$/)
    const log: CheckRequest = { kind: 'log', at, sinceMs: null }
    await until(async () => (await said(log, [{ kind: 'body', contains: 'ready to serve' }])).startsWith('pass'))
    expect(await said(log, [{ kind: 'body', lacks: 'ready' }])).toMatch(/^fail: expected body without "ready"/)
  })

  test('runs inside a task on its manager', async () => {
    const inside = (...argv: string[]): CheckRequest => ({ kind: 'exec', at, argv: ['/bin/busybox', ...argv] })
    expect(await said(inside('cat', '/www/healthz'), [{ kind: 'body', equals: 'ok\n' }])).toBe('pass: body ok')
    expect(await said(inside('false'), [{ kind: 'exit', equals: 0 }])).toBe('fail: expected exit 0, got 1')
  })

  test('shows nothing of tasks that its manager cannot reach, and fails where there is no such service', async () => {
    await swarm.clear()
    await swarm.deploy({ image: good, replicas: 1, on: swarm.workers[0] as TestSwarm['manager'] })
    expect(await said({ kind: 'exec', at, argv: ['/bin/busybox', 'true'] }, [{ kind: 'exit', equals: 0 }])).toBe(
      'inconclusive: None of the tasks of api@shop-swarm runs on a manager that is named, and others cannot be asked',
    )
    await swarm.clear()
    expect(await said({ kind: 'docker', at }, [{ kind: 'state', equals: 'running' }])).toBe(
      'fail: expected state running, got missing',
    )
  })
}, ['docker-registry'])

function manifestOf(socket: string) {
  const loaded = parseManifest(
    [
      'environment: { name: shop, class: drill }',
      `hosts: { shop-swarm: { swarm: "unix://${socket}" } }`,
      'services: { api: { hosts: [shop-swarm], swarm: shop_api } }',
    ].join('\n'),
    '/',
  )
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults))
  return loaded.manifest
}
