import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { parseManifest } from '../../src/manifest/load.ts'
import { savedIn } from '../../src/targets/services/docker/archives/archives.ts'
import { describeWithEngines } from '../engines/describe.ts'
import { openSwarm, type TestImage, type TestSwarm } from '../engines/swarm.ts'
import { cli, finished, type Ran } from './support.ts'

type File = { hosts: Record<string, object>; artifacts?: string; [key: string]: unknown }

const tests = (): void => {
  let swarm: TestSwarm
  let good: TestImage
  let bad: TestImage
  let directory: string
  let file: string
  beforeAll(async () => {
    swarm = await openSwarm(3)
    good = await swarm.image({ name: 'shop/api:1.2.2' })
    bad = await swarm.image({ name: 'shop/api:1.3.0' })
  })
  beforeEach(async () => {
    await swarm.clear()
    directory = mkdtempSync(join(tmpdir(), 'astern-init-swarm-'))
    file = join(directory, 'astern.yaml')
    return () => rmSync(directory, { recursive: true, force: true })
  })
  afterAll(() => swarm.close())

  const manager = (): string => `unix://${swarm.manager.socket}`
  const edit = (change: (written: File) => File): void =>
    writeFileSync(file, stringify(change(parse(readFileSync(file, 'utf8')) as File)))

  test('writes a file for a stack with which record and plan work unchanged, and says what it leaves out', async () => {
    await swarm.deploy({ image: good, replicas: 2, containerSpec: { Healthcheck: checked } })
    await swarm.label('com.docker.stack.namespace', 'shop')
    await swarm.deploy({ image: good, name: 'lone', replicas: 1, published: false })
    await swarm.manager.docker.createService({
      Name: 'migrate',
      TaskTemplate: { ContainerSpec: { Image: good.reference, Command: ['/bin/busybox', 'true'] } },
      Mode: { ReplicatedJob: { MaxConcurrent: 1, TotalCompletions: 1 } },
    } as never)
    const made = await astern('init', '--swarm', `shop=${manager()}`, '--config', file)
    expect([made.code, made.stdout]).toEqual([0, `${file}: 1 services on a Swarm\n`])
    expect(made.stderr).toContain('Left out, because they are jobs, which end by themselves: migrate.')
    expect(made.stderr).toContain('Left out, because they are not of that project: lone on shop.')
    const text = readFileSync(file, 'utf8')
    expect(text).toContain(
      `# shop has 3 managers (${swarm.engines
        .map(({ address }) => address)
        .toSorted()
        .join(', ')}). Name the others too`,
    )
    const loaded = parseManifest(text, directory)
    if (!loaded.ok) throw new Error(`${JSON.stringify(loaded.faults)}\n${text}`)
    const { hosts, services } = loaded.manifest
    expect(hosts).toEqual({
      shop: { kind: 'swarm', endpoint: { kind: 'unix', path: swarm.manager.socket }, address: '127.0.0.1' },
    })
    expect(
      Object.entries(services).map(([name, { swarm: called, hosts: on, health }]) => [name, called, on, health]),
    ).toEqual([['api', 'shop_api', ['shop'], null]])
    expect((await astern('record', '--version', '1.2.2', '--config', file)).stdout).toContain('recorded 1.2.2')
    await swarm.redeploy(bad)
    const planned = await astern('plan', '--json', '--config', file)
    const { plan } = JSON.parse(planned.stdout) as { plan: { changes: unknown; blockers: unknown; space: unknown } }
    expect([plan.changes, plan.blockers, plan.space]).toEqual([
      [{ instance: 'api@shop', from: '1.3.0', to: '1.2.2', digest: good.digest }],
      [],
      [expect.stringMatching(/^shop: nothing is fetched; how much is free is not known \(each node pulls/)],
    ])
  })

  test('takes no task of a Swarm for a container, and says where its services are found', async () => {
    await swarm.deploy({ image: good, replicas: 1, on: swarm.manager })
    const made = await astern('init', '--docker', `node=${manager()}`, '--config', file)
    expect(made.code).toBe(2)
    expect(made.stderr).toMatch(/tasks of a Swarm that node is a node of: shop_api\.1\.\w+\. Name a manager of it/)
    expect(made.stderr).toContain('nothing runs there')
  })

  test('with --save an image is saved from a node that can be asked, and is said not to be where none has it', async () => {
    const [worker] = swarm.workers
    if (worker === undefined) throw new Error('there is no worker')
    const only = await swarm.image({ name: 'shop/api:1.2.3', files: { 'www/only': 'here' } })
    await swarm.deploy({ image: only, replicas: 1, on: worker })
    await swarm.manager.docker.getImage(only.reference.replace(/:[^:@]*@/, '@')).remove({ force: true })
    const artifacts = join(directory, 'artifacts')
    mkdirSync(artifacts)
    expect((await astern('init', '--swarm', `shop=${manager()}`, '--config', file)).code).toBe(0)
    edit(written => ({ ...written, artifacts }))
    const none = await astern('record', '--version', '1.2.3', '--save', '--config', file)
    expect([none.code, none.stderr]).toEqual([
      1,
      expect.stringMatching(/of its nodes only shop can be asked from here, and none of them has it/),
    ])
    expect(none.stderr).toContain('Name a node that runs it as a Docker host in astern.yaml')
    expect(readdirSync(artifacts)).toEqual([])

    edit(written => ({ ...written, hosts: { ...written.hosts, node: { docker: `unix://${worker.socket}` } } }))
    const saved = await astern('record', '--version', '1.2.3', '--save', '--config', file)
    expect(`${saved.code} ${saved.stderr}`).toMatch(/^0 .*api@shop: its image is saved in .*, from node\. /s)
    const { Id } = await worker.docker.getImage(only.reference.replace(/:[^:@]*@/, '@')).inspect()
    expect((await savedIn(artifacts)).map(({ id }) => id)).toEqual([Id])
  })

  // The last: its worker does not come back.
  test('of an Engine that is in no Swarm is refused with what to do, and so is what is no address', async () => {
    const [worker] = swarm.workers
    await worker?.docker.swarmLeave({ force: true })
    const made = await astern('init', '--swarm', `shop=unix://${worker?.socket}`, '--config', file)
    expect([made.code, made.stderr]).toEqual([
      1,
      expect.stringContaining('shop answers, and not as a manager of a Swarm'),
    ])
    const named = await astern('init', '--swarm', 'web-1', '--config', file)
    expect([named.code, named.stderr]).toEqual([2, expect.stringContaining('is not [NAME=]URL[,URL...]')])
  })

  function astern(...args: readonly string[]): Promise<Ran> {
    return finished(
      spawn(process.execPath, [cli, ...args], {
        stdio: ['ignore', 'pipe', 'pipe'],
        cwd: directory,
        env: {
          ...process.env,
          ASTERN_HOME: join(directory, 'home'),
          DOCKER_CONFIG: swarm.registry.clientConfig(swarm.registry.account.password),
        },
      }),
    )
  }
}

const checked = {
  Test: ['CMD', '/bin/busybox', 'wget', '-q', '-O', '/dev/null', 'http://127.0.0.1:8080/healthz'],
  Interval: 1e9,
  Timeout: 5e9,
  Retries: 30,
}

describeWithEngines('astern init on a Swarm', tests)
