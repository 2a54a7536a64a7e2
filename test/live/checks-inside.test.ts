import { createServer } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseManifest } from '../../src/manifest/load.ts'
import type { Assertion, Check, CheckRequest, ContainerAt } from '../../src/state/check.ts'
import { openContainers } from '../../src/targets/containers.ts'
import type { ContainerTry } from '../../src/targets/services/containers.ts'
import { until } from '../contract/services-shop.ts'
import { describeWithEngines } from '../engines/describe.ts'
import { openEngine, type TestEngine } from '../engines/engine.ts'
import { importImage } from '../engines/images.ts'
import { listening, said as saidBy } from '../runners/suite.ts'

/** Ends with 3 once it is told to; says so at each start. */
const serve = 'echo "ready to serve"; while [ ! -e /tmp/end ]; do sleep 0.2; done; rm /tmp/end; exit 3'

describeWithEngines('a check of a container', () => {
  let host: TestEngine
  let opened: ReturnType<typeof openContainers>
  let image = ''
  const silent = createServer(() => {})
  const at: ContainerAt = { service: 'api', host: 'web-1' }
  const said = (request: CheckRequest, asserts: readonly Assertion[], more: Partial<Check> = {}): Promise<string> =>
    saidBy(request, asserts, { timeoutMs: 20_000, ...more }, { containers: opened.containers })
  beforeAll(async () => {
    host = await openEngine()
    image = await importImage(host.docker, { name: 'shop/api:1.3.0', command: ['/bin/busybox', 'sh', '-c', serve] })
    await start('api-1', [])
    await start('once', ['/bin/busybox', 'sh', '-c', 'echo "cannot connect to the database"; exit 1'])
    await start('loud', ['/bin/busybox', 'sh', '-c', 'i=0; while [ $i -lt 6000 ]; do echo "line $i"; i=$((i+1)); done'])
    const manifest = manifestOf(host.socket, await listening(silent))
    opened = openContainers(manifest, {
      resolve: text => Promise.resolve(text),
      now: () => new Date(),
      databaseChild: '',
    })
  })
  afterAll(async () => {
    silent.close()
    await opened?.close()
    await host?.close()
  })

  const start = async (name: string, cmd: readonly string[]): Promise<void> => {
    const container = await host.docker.createContainer({
      name,
      Image: 'shop/api:1.3.0',
      ...(cmd.length === 0 ? { HostConfig: { RestartPolicy: { Name: 'on-failure' } } } : { Cmd: [...cmd] }),
    })
    await container.start()
    if (cmd.length > 0) await container.wait()
  }

  test('passes and fails by its state, its restarts and the digest of its image, on each host it is on', async () => {
    const asserts: readonly Assertion[] = [
      { kind: 'state', equals: 'running' },
      { kind: 'restarts', equals: 0 },
      { kind: 'digest', contains: image },
    ]
    expect(await said({ kind: 'docker', at }, asserts)).toMatch(/^pass: state running, restarts 0, digest contains /)
    expect(await said({ kind: 'docker', at: { service: 'api' } }, asserts.slice(0, 2))).toBe(
      'pass: api@web-1: state running, restarts 0; api@web-2: state running, restarts 0',
    )
    expect(await said({ kind: 'docker', at }, [{ kind: 'digest', contains: `sha256:${'0'.repeat(64)}` }])).toMatch(
      /^fail: expected digest with "sha256:000/,
    )
    expect(await said({ kind: 'docker', at: { container: 'once', host: 'web-1' } }, asserts)).toBe(
      'fail: expected state running, got exited',
    )
    expect(await said({ kind: 'docker', at: { container: 'nobody', host: 'web-1' } }, asserts)).toBe(
      'fail: expected state running, got missing',
    )
  })

  test('shows nothing where its Engine is not there, or does not answer', async () => {
    const running = [{ kind: 'state', equals: 'running' }] as const
    expect(await said({ kind: 'docker', at: { container: 'api-1', host: 'gone' } }, running)).toMatch(
      /^inconclusive: The Engine on gone cannot be reached/,
    )
    expect(await said({ kind: 'docker', at: { container: 'api-1', host: 'mute' } }, running, { timeoutMs: 500 })).toBe(
      'inconclusive: its Engine gave no answer in 500 ms',
    )
  })

  test('runs an argument list inside it, no shell between, and judges how it ends and what it says', async () => {
    const inside = (...argv: string[]): CheckRequest => ({ kind: 'exec', at, argv: ['/bin/busybox', ...argv] })
    const ends = [{ kind: 'exit', equals: 0 }] as const
    expect(await said(inside('echo', '$HOME; true'), [...ends, { kind: 'body', equals: '$HOME; true\n' }])).toBe(
      'pass: exit 0, body $HOME; true',
    )
    expect(await said(inside('cat', '/nothing'), ends)).toBe('fail: expected exit 0, got 1')
    expect(await said(inside('sleep', '600'), ends, { timeoutMs: 500 })).toBe(
      'fail: /bin/busybox did not end in 500 ms',
    )
    expect(await said({ kind: 'exec', at, argv: ['/no/such/program'] }, ends)).toMatch(/^inconclusive: /)
    expect(
      await said({ kind: 'exec', at: { container: 'once', host: 'web-1' }, argv: ['/bin/busybox', 'true'] }, ends),
    ).toMatch(/^inconclusive: web-1 refused to run \/bin\/busybox inside a container/)
  })

  test('reads what it wrote since it started or so long ago, and says the line that should not be there', async () => {
    const log = (of: ContainerAt, sinceMs: number | null = null): CheckRequest => ({ kind: 'log', at: of, sinceMs })
    const once = { container: 'once', host: 'web-1' }
    expect(
      await said(log(at), [
        { kind: 'body', contains: 'ready to serve' },
        { kind: 'body', lacks: 'ERROR' },
      ]),
    ).toBe('pass: body contains "ready to serve", body lacks "ERROR"')
    expect(await said(log(once), [{ kind: 'body', lacks: 'cannot connect' }])).toBe(
      'fail: expected body without "cannot connect", got "cannot connect to the database"',
    )
    expect(await said(log(once, 3_600_000), [{ kind: 'body', matches: 'cannot \\w+' }])).toBe(
      'pass: body matches /cannot \\w+/',
    )
    expect(await said(log({ container: 'nobody', host: 'web-1' }), [{ kind: 'body', lacks: 'x' }])).toBe(
      'inconclusive: There is no container of nobody on web-1',
    )
  })

  test('shows nothing of what a log lacks that is longer than what is read of it', async () => {
    const loud: CheckRequest = { kind: 'log', at: { container: 'loud', host: 'web-1' }, sinceMs: null }
    expect(await said(loud, [{ kind: 'body', lacks: 'line 1\n' }])).toMatch(
      /^inconclusive: there is more of body than was read/,
    )
    expect(await said(loud, [{ kind: 'body', contains: 'line 5999' }])).toBe('pass: body contains "line 5999"')
  })

  test('fails where it is started again while it is watched, and a log since its start is that of its newest life', async () => {
    let looks = 0
    const counted = async (...asked: Parameters<ContainerTry['container']>) => {
      const seen = await opened.containers.container(...asked)
      looks += 1
      return seen
    }
    const watched = saidBy(
      { kind: 'docker', at },
      [{ kind: 'steady' }],
      { holdMs: 60_000, intervalMs: 100 },
      { containers: { ...opened.containers, container: counted } },
    )
    await until(() => looks > 0)
    const container = host.docker.getContainer('api-1')
    const exec = await container.exec({ Cmd: ['/bin/busybox', 'touch', '/tmp/end'] })
    await exec.start({ Detach: true })
    expect(await watched).toBe('fail: it was started again while it was watched')
    // An Engine that is busy counts the restart first, and tells its time a moment later.
    await until(async () => {
      const { State, RestartCount } = await container.inspect()
      return State.Running && RestartCount === 1 && Date.parse(State.StartedAt) > Date.parse(State.FinishedAt)
    })
    expect(await said({ kind: 'docker', at }, [{ kind: 'restarts', atMost: 0 }])).toBe(
      'fail: expected restarts of at most 0, got 1',
    )
    const own = [{ kind: 'body', equals: 'ready to serve\n' }] as const
    await until(async () => (await said({ kind: 'log', at, sinceMs: null }, own)).startsWith('pass'))
    expect(await said({ kind: 'docker', at }, [{ kind: 'steady' }], { consecutive: 3 })).toBe('pass: not started again')
  })
})

function manifestOf(socket: string, mute: number) {
  const loaded = parseManifest(
    [
      'environment: { name: shop, class: drill }',
      'hosts:',
      `  web-1: { docker: "unix://${socket}" }`,
      `  web-2: { docker: "unix://${socket}" }`,
      '  gone: { docker: "unix:///no/such/docker.sock" }',
      `  mute: { docker: "tcp://127.0.0.1:${mute}", tls: none }`,
      'services:',
      '  api: { hosts: [web-1, web-2], container: api-1 }',
    ].join('\n'),
    '/',
  )
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults))
  return loaded.manifest
}
