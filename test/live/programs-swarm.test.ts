import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { execa } from 'execa'
import type { Connection } from 'mysql2/promise'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { stringify } from 'yaml'
import type { Plan } from '../../src/state/plan.ts'
import { describeWithEngines } from '../engines/describe.ts'
import { importNode, layNode } from '../engines/node-images.ts'
import { eventsSince } from '../engines/shop.ts'
import { openSwarm, type TestImage, type TestSwarm } from '../engines/swarm.ts'
import { startMariaDb, type MariaDb } from '../mariadb/server.ts'
import { npx } from './program-container-stage.ts'
import { filesOf, linesIn, makeDatabase, moveNotes, shopOn, usual } from './program-stage.ts'
import { cli, endEngines, finished, isEngine, runsOf, stateOf, until, untilRun } from './support.ts'

const step = `main.down.${moveNotes}`
const password = randomBytes(12).toString('base64url')
const longest = 400_000

describeWithEngines('a migration of Knex whose release is on a Swarm', () => {
  let swarm: TestSwarm
  let server: MariaDb
  let root: Connection
  let directory: string
  let home: string
  let runs = 0
  beforeAll(async () => {
    swarm = await openSwarm()
    server = await startMariaDb(['--bind-address=0.0.0.0'])
    root = await server.root()
    await makeDatabase(root, password)
    directory = mkdtempSync(join(tmpdir(), 'astern-programs-'))
    mkdirSync(join(directory, 'signals'))
    await importNode(swarm.manager.docker)
  }, longest)
  beforeEach(async () => {
    home = join(directory, `home-${(runs += 1)}`)
    rmSync(join(directory, 'signals', 'hold'), { force: true })
    await root.query('DROP DATABASE IF EXISTS shop')
    await root.query('CREATE DATABASE shop CHARACTER SET utf8mb4')
    await swarm.clear()
    rmSync(join(directory, 'signals', 'begun'), { force: true })
  }, longest)
  afterEach(() => endEngines(home))
  afterAll(async () => {
    await root?.end()
    await server?.remove()
    await swarm?.close()
    rmSync(directory, { recursive: true, force: true })
  }, longest)

  test(
    'runs once as a job from that digest, outlives its engine, is looked at and removed, and forward again by an undo',
    async () => {
      const bad = await deployed(usual)
      const before = await sums()
      const since = Date.now() / 1000
      hold()
      const ended = finished(start(await rollbackArgs()))
      await until(() => begun() === 1, 'the program is at work', 120_000)
      const run = await untilRun(home, ({ engine }) => engine !== null, 'a run')
      const pid = stateOf(run).engine?.pid ?? 0
      process.kill(pid, 'SIGKILL')
      await until(() => !isEngine(pid), 'the engine has ended')
      await ended

      const [job] = await jobs()
      const { Spec, Endpoint } = job ?? {}
      const { ContainerSpec, RestartPolicy } = Spec?.TaskTemplate ?? {}
      expect({
        labels: Spec?.Labels,
        mode: Spec?.Mode,
        restart: RestartPolicy?.Condition,
        image: ContainerSpec?.Image,
        command: [ContainerSpec?.Command, ContainerSpec?.Args],
        environment: ContainerSpec?.Env?.filter(entry => /^(MODE|DATABASE_URL)=/.test(entry)).sort(),
        ports: Endpoint?.Ports ?? [],
      }).toEqual({
        labels: {
          'com.github.astern.program.environment': 'shop',
          'com.github.astern.program.run': basename(run),
          'com.github.astern.program.step': step,
        },
        mode: { ReplicatedJob: { MaxConcurrent: 1, TotalCompletions: 1 } },
        restart: 'none',
        image: bad.reference,
        command: [['npx'], ['--no-install', 'knex', 'migrate:down', moveNotes]],
        environment: [`DATABASE_URL=${urlOf(`astern:${password}`)}`, 'MODE=production'],
        ports: [],
      })

      const going = finished(start(['attach', basename(run), '--headless']))
      await untilRun(home, ({ steps }) => steps[step]?.status === 'unknown', 'it is looked at')
      release()
      expect(await going).toMatchObject({ code: 0, stderr: '' })
      expect(stateOf(run).steps[step]).toMatchObject({ status: 'already', attempt: 1 })
      expect(stateOf(run).steps[step]?.says).toMatch(/; its program ended with 0: going back as .*\*\*\*/)
      expect([begun(), await jobs(), await columns()]).toEqual([1, [], ['id', 'customer']])
      const started = await Promise.all(
        swarm.engines.map(({ docker }) => eventsSince(docker, since, { type: ['container'], event: ['start'] })),
      )
      const ofJob = started.flat().filter(({ Actor }) => (Actor.Attributes['name'] ?? '').includes('program'))
      expect(ofJob).toHaveLength(1)
      expect(everythingIn(run)).not.toContain(password)

      const undone = await undo(basename(run))
      expect([undone.code, undone.stderr]).toEqual([0, ''])
      expect([await sums(), await jobs(), await columns()]).toEqual([before, [], ['id', 'customer', 'note']])
    },
    longest,
  )

  test(
    'that fails is not started again by the Swarm, says how it ended, and is removed',
    async () => {
      await deployed(["throw new Error('no way back ' + process.env.DATABASE_URL)"])
      const ran = await finished(start(await rollbackArgs()))
      const [run = ''] = runsOf(home)
      expect([ran.code, stateOf(run).steps[step]?.fault]).toMatchObject([
        4,
        { code: 'program.failed', detail: expect.stringContaining('no way back ***') as string },
      ])
      expect([begun(), await jobs(), await columns()]).toEqual([1, [], ['id', 'customer', 'note']])
    },
    longest,
  )

  test(
    'whose node is cut off in its middle is begun on no other, is waited for, and counts once the node is back',
    async () => {
      await deployed(usual)
      hold()
      await available('pause')
      const going = finished(start(await rollbackArgs()))
      await until(() => begun() === 1, 'the program is at work', 120_000)
      await available('active')
      const [job] = await jobs()
      const tasks = () => swarm.tasks(job?.Spec.Name)
      const node = (await tasks())[0]?.NodeID ?? ''
      const nodes = async () =>
        (await swarm.manager.docker.listNodes()) as readonly {
          readonly ID: string
          readonly Description: { readonly Hostname: string }
          readonly Status: { readonly State: string }
        }[]
      const there = (await nodes()).find(({ ID }) => ID === node)?.Description.Hostname
      const engine = swarm.workers.find(({ namespace }) => namespace === there)
      engine?.link('down')
      await expect
        .poll(async () => (await nodes()).find(({ ID }) => ID === node)?.Status.State, { timeout: 60_000 })
        .toBe('down')
      expect((await tasks()).map(({ NodeID, Status }) => [NodeID, Status.State])).toEqual([[node, 'running']])
      engine?.link('up')
      release()
      expect(await going).toMatchObject({ code: 0, stderr: '' })
      expect([begun(), await jobs(), await columns()]).toEqual([1, [], ['id', 'customer']])
    },
    longest,
  )

  /** 1.2.2 was recorded, and 1.3.0 runs, with one migration more, whose way down is `down`. */
  async function deployed(down: readonly string[]): Promise<TestImage> {
    const containerSpec = {
      Env: [`DATABASE_URL=${urlOf('shop')}`, 'PORT=8080', 'HOST=0.0.0.0', 'MODE=production'],
      Mounts: [
        bind(resolve(import.meta.dirname, '../../node_modules'), '/app/node_modules', true),
        bind(join(directory, 'signals'), '/signals', false),
      ],
    }
    await migrate('1.2.2', [])
    await swarm.deploy({
      image: await imageOf('1.2.2', []),
      replicas: null,
      published: false,
      containerSpec,
    })
    writeFileSync(join(directory, 'astern.yaml'), stringify(manifest()))
    const recorded = await finished(start(['record', '--version', '1.2.2']))
    expect([recorded.code, recorded.stderr]).toEqual([0, ''])
    await migrate('1.3.0', down)
    const bad = await imageOf('1.3.0', down)
    await swarm.redeploy(bad)
    await root.query("INSERT INTO shop.customers VALUES (1, 'ana'), (2, 'ben')")
    await root.query("INSERT INTO shop.orders VALUES (1, 1, 'ring twice'), (2, 2, NULL)")
    return bad
  }

  /** Of the manager, for tasks that are new. */
  async function available(Availability: 'active' | 'pause'): Promise<void> {
    const { docker, namespace } = swarm.manager
    const node = (await docker.listNodes()).find(({ Description }) => Description?.Hostname === namespace)
    const query = { version: node?.Version?.Index }
    const of = docker.getNode(node?.ID ?? '') as unknown as { update: (options: object) => Promise<unknown> }
    await of.update({ _query: query, _body: { ...node?.Spec, Availability } })
  }

  async function imageOf(version: string, down: readonly string[]): Promise<TestImage> {
    const { docker } = swarm.manager
    const app = Object.entries(filesOf('/signals', down)).map(([path, text]) => [`app/${path}`, text] as const)
    const files = { ...Object.fromEntries(app), 'bin/npx': npx }
    const id = await layNode(docker, `made/api:${version}`, files, ['WORKDIR /app', 'CMD ["/bin/node", "server.mjs"]'])
    const pushed = await swarm.registry.push(docker, id, `shop/api:${version}`)
    const digest = pushed.split('@')[1] ?? ''
    return { reference: `${swarm.registry.address}/shop/api:${version}@${digest}`, digest, release: version }
  }

  async function migrate(version: string, down: readonly string[]): Promise<void> {
    const at = join(directory, `release-${runs}-${version}`)
    for (const [path, text] of Object.entries(filesOf(join(directory, 'signals'), down))) {
      mkdirSync(dirname(join(at, path)), { recursive: true })
      writeFileSync(join(at, path), text)
    }
    symlinkSync(resolve(import.meta.dirname, '../../node_modules'), join(at, 'node_modules'))
    const env = { DATABASE_URL: `mysql://root@127.0.0.1:${server.port}/shop` }
    await execa('npx', ['--no-install', 'knex', 'migrate:latest'], { cwd: at, env, stdin: 'ignore' })
  }

  function manifest(): object {
    return {
      environment: { name: 'shop', class: 'drill' },
      hosts: { 'shop-swarm': { swarm: `unix://${swarm.manager.socket}`, address: swarm.manager.address } },
      services: { api: { hosts: ['shop-swarm'], swarm: 'shop_api', depends_on: ['main'], stop: { grace: '1s' } } },
      databases: {
        main: {
          ...shopOn(server),
          migrations: {
            tool: 'knex',
            from: { service: 'api', path: '/app/migrations' },
            command: { env: { DATABASE_URL: 'env:ASTERN_DB_URL' } },
          },
        },
      },
      checks: [{ name: 'api runs', docker: { service: 'api' }, assert: [{ state: 'running' }] }],
      notify: { log: { file: join(directory, 'incidents.ndjson') } },
      timing: { probe_interval: '50ms', stable: '200ms', watch: '0ms', health_deadline: '60s', probe_timeout: '10s' },
    }
  }

  function urlOf(account: string): string {
    return `mysql://${account}@${swarm.manager.address.replace(/\d+$/, '1')}:${server.port}/shop`
  }

  function start(args: readonly string[]): ChildProcess {
    return spawn(process.execPath, [cli, ...args, '--config', join(directory, 'astern.yaml')], {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: '/',
      env: {
        ...process.env,
        ASTERN_HOME: home,
        ASTERN_DB_PASSWORD: password,
        ASTERN_DB_URL: urlOf(`astern:${password}`),
        DOCKER_CONFIG: swarm.registry.clientConfig(swarm.registry.account.password),
      },
    })
  }

  async function rollbackArgs(): Promise<readonly string[]> {
    const planned = await finished(start(['plan', '--json']))
    const { hash, plan } = JSON.parse(planned.stdout) as { hash: string; plan: Plan }
    expect(plan.blockers).toEqual([])
    return ['rollback', '--headless', '--confirm', 'shop', '--confirm', 'main', '--confirm-plan', hash]
  }

  async function undo(run: string) {
    const args = ['undo', run, '--headless', '--confirm', 'shop', '--confirm', 'main']
    const held = await finished(start(args))
    if (held.code !== 4) return held
    const last = runsOf(home).at(-1) ?? ''
    const hash = stateOf(last).plan?.hash ?? ''
    await finished(start(['stop', basename(last), '--reason', 'to approve it by its hash']))
    return finished(start([...args, '--confirm-plan', hash]))
  }

  async function jobs(): Promise<readonly Job[]> {
    const filters = { label: ['com.github.astern.program.environment=shop'] }
    return (await swarm.manager.docker.listServices({ filters })) as unknown as readonly Job[]
  }

  async function sums(): Promise<unknown> {
    return (await root.query('CHECKSUM TABLE shop.customers, shop.orders EXTENDED'))[0]
  }

  async function columns(): Promise<readonly string[]> {
    const [rows] = await root.query('SHOW COLUMNS FROM shop.orders')
    return (rows as { Field: string }[]).map(({ Field }) => Field)
  }

  function begun(): number {
    return linesIn(join(directory, 'signals', 'begun'))
  }

  function hold(): void {
    writeFileSync(join(directory, 'signals', 'hold'), '')
  }

  function release(): void {
    rmSync(join(directory, 'signals', 'hold'))
  }
}, ['docker-registry', 'mariadbd'])

type Job = {
  readonly Spec: {
    readonly Name: string
    readonly Labels: object
    readonly Mode: object
    readonly TaskTemplate: {
      readonly ContainerSpec: {
        readonly Image: string
        readonly Command: readonly string[]
        readonly Args: readonly string[]
        readonly Env?: readonly string[]
      }
      readonly RestartPolicy: { readonly Condition: string }
    }
  }
  readonly Endpoint?: { readonly Ports?: readonly unknown[] }
}

function bind(Source: string, Target: string, ReadOnly: boolean) {
  return { Type: 'bind', Source, Target, ReadOnly }
}

function everythingIn(run: string): string {
  const files = readdirSync(run, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
  return files.map(entry => readFileSync(join(entry.parentPath, entry.name), 'utf8')).join('\n')
}
