import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openComposeProject, type ComposeProject } from '../test/engines/compose.ts'
import { openEngine, type TestEngine } from '../test/engines/engine.ts'
import { importImage } from '../test/engines/images.ts'
import { twelve } from '../test/engines/twelve.ts'
import { cli, finished, linesOf, runsOf, until } from '../test/live/support.ts'

/*
 * Going back from 1.3.0 to 1.2.2 with Debian's docker-compose 1.29 and with Astern, in alternating pairs: the same twelve
 * services on one Engine, the same gates, which are Docker's own health checks, once a second.
 *
 * Compose: the tag in the file is changed, then `docker-compose up -d`; each service waits for `service_healthy` of those
 * it depends on. Astern: `astern rollback --headless --emergency` with the services found by Compose's labels.
 * Both are measured to the moment at which the Engine's own events say that the last of the twelve is healthy in 1.2.2:
 * Compose from the start of its command; Astern from the approval, and from the start of its command too (in between it
 * assesses, plans and locks). What stops first differs: Astern stops all before anything starts, so that two releases
 * never meet; Compose replaces one service after the other while the rest go on.
 */

type Stage = {
  readonly engine: TestEngine
  readonly project: ComposeProject
  readonly home: string
  readonly astern: (...args: readonly string[]) => ReturnType<typeof finished>
  readonly healthy: Healthy
}
/** Container id -> when the Engine said that it is healthy, in milliseconds. */
type Healthy = ReadonlyMap<string, number>

const image = (release: string): string => `shop/service:${release}`
const program = 'trap "exit 0" TERM; sleep "${WARM_UP:-0}"; httpd -f -p 8080 -h /www & wait'

async function main(pairs: number): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'astern-bench-compose-'))
  const engine = await openEngine()
  const figures = { astern: [] as number[], compose: [] as number[], approved: [] as number[] }
  const services = Object.entries(twelve).map(([name, { dependsOn = [], slow }]) => [
    name,
    { dependsOn, checked: true, ...(slow && { slow }), ...(name === 'gateway' && { port: 8100 }) },
  ])
  const project = openComposeProject(engine.socket, 'shop', Object.fromEntries(services))
  try {
    for (const release of ['1.2.2', '1.3.0'])
      await importImage(engine.docker, { name: image(release), command: ['/bin/busybox', 'sh', '-c', program] })
    const stage = { engine, project, ...asternIn(directory, engine), healthy: await listen(engine) }
    await deploy(stage, '1.2.2')
    await well(stage.astern('record', '--version', '1.2.2'))
    for (let pair = 1; pair <= pairs; pair += 1) {
      await deploy(stage, '1.3.0')
      const { whole, approved } = await byAstern(stage)
      figures.astern.push(whole)
      figures.approved.push(approved)
      await deploy(stage, '1.3.0')
      figures.compose.push(await byCompose(stage))
      process.stdout.write(
        `pair ${pair}: astern ${seconds(whole)} (${seconds(approved)} from the approval), compose ${seconds(figures.compose.at(-1))}\n`,
      )
    }
  } finally {
    project.close()
    await engine.close()
    rmSync(directory, { recursive: true, force: true })
  }
  const [astern, approved, compose] = [median(figures.astern), median(figures.approved), median(figures.compose)]
  process.stdout.write(
    `twelve services on one host, medians of ${pairs}: compose ${seconds(compose)}; astern from the approval ${seconds(approved)}, ratio ${(approved / compose).toFixed(2)}; from its command ${seconds(astern)}, ratio ${(astern / compose).toFixed(2)}\n`,
  )
  process.exitCode = approved < compose ? 0 : 1
}

async function byCompose(stage: Stage): Promise<number> {
  stage.project.use(image('1.2.2'))
  const began = Date.now()
  await well(stage.project.compose('up', '-d'))
  return ((await allHealthy(stage, '1.2.2')) - began) / 1000
}

async function byAstern(stage: Stage): Promise<{ readonly whole: number; readonly approved: number }> {
  rmSync(stage.home, { recursive: true, force: true })
  const began = Date.now()
  await well(stage.astern('rollback', '--headless', '--emergency', '--confirm', 'shop'))
  const ended = await allHealthy(stage, '1.2.2')
  await well(stage.astern('unfreeze', '--clear', '1.3.0'))
  const approved = linesOf(runsOf(stage.home)[0] ?? '').find(({ event }) => event.kind === 'plan.approved')
  return { whole: (ended - began) / 1000, approved: (ended - new Date(approved?.ts ?? '').getTime()) / 1000 }
}

/** All twelve anew, healthy in this release. The record is a volume, and stays. */
async function deploy({ engine, project, ...stage }: Stage, release: string): Promise<void> {
  const containers = await engine.docker.listContainers({ all: true })
  await Promise.all(containers.map(({ Id }) => engine.docker.getContainer(Id).remove({ force: true })))
  project.use(image(release))
  await well(project.compose('up', '-d'))
  await allHealthy({ engine, project, ...stage }, release)
}

/** When the last of the twelve was healthy. */
async function allHealthy({ engine, healthy }: Stage, release: string): Promise<number> {
  const containers = await engine.docker.listContainers({ filters: { ancestor: [image(release)] } })
  if (containers.length !== 12) throw new Error(`${containers.length} containers run ${release}, not twelve`)
  const times = containers.map(({ Id }) => until(() => healthy.get(Id), `${Id} is healthy`))
  return Math.max(...(await Promise.all(times)))
}

async function listen({ docker }: TestEngine): Promise<Healthy> {
  const healthy = new Map<string, number>()
  const stream = await docker.getEvents({ filters: { type: ['container'], event: ['health_status'] } })
  let rest = ''
  stream.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const { Action, Actor, timeNano } = JSON.parse(line) as {
        Action: string
        Actor: { ID: string }
        timeNano: number
      }
      if (Action === 'health_status: healthy') healthy.set(Actor.ID, timeNano / 1e6)
    }
  })
  return healthy
}

function asternIn(directory: string, { socket, address }: TestEngine): Pick<Stage, 'home' | 'astern'> {
  const home = join(directory, 'home')
  const manifest = join(directory, 'astern.yaml')
  const services = Object.entries(twelve).map(([name, { dependsOn = [], kind = 'web' }]) => [
    name,
    {
      hosts: ['web-1'],
      compose: { project: 'shop', service: name },
      kind,
      depends_on: dependsOn,
      stop: { grace: '2s' },
      ...(name === 'gateway' && { identity: { http: 'http://{host}:8100/version', json: '$.version' } }),
    },
  ])
  const written = {
    environment: { name: 'shop', class: 'drill' },
    hosts: { 'web-1': { docker: `unix://${socket}`, address } },
    services: Object.fromEntries(services) as object,
    checks: [
      {
        name: 'the shop answers',
        http: { url: `http://${address}:8100/version` },
        assert: [{ json: '$.version', equals: '1.2.2' }],
        attempts: 1,
      },
    ],
    notify: { log: { file: 'log.ndjson' } },
    timing: { health_deadline: '60s', probe_interval: '100ms', consecutive: 1, stable: '0ms', watch: '0ms' },
  }
  writeFileSync(manifest, JSON.stringify(written, null, 2))
  const astern = (...args: readonly string[]): ReturnType<typeof finished> =>
    finished(
      spawn(process.execPath, [cli, ...args, '--config', manifest], {
        stdio: ['ignore', 'pipe', 'pipe'],
        cwd: '/',
        env: { ...process.env, ASTERN_HOME: home },
      }),
    )
  return { home, astern }
}

async function well(running: ReturnType<typeof finished>): Promise<void> {
  const { code, stdout, stderr } = await running
  if (code !== 0) throw new Error(`it ended with ${code}:\n${stdout}\n${stderr}`)
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

function seconds(value = Number.NaN): string {
  return `${value.toFixed(2)} s`
}

await main(Number(process.argv[2] ?? 5))
