import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseManifest } from '../../src/manifest/load.ts'
import { openComposeProject, type ComposeProject, type ComposeService } from '../engines/compose.ts'
import { describeWithEngines } from '../engines/describe.ts'
import { openEngine, type TestEngine } from '../engines/engine.ts'
import { importImage } from '../engines/images.ts'
import { cli, finished, type Ran } from './support.ts'

const six: Readonly<Record<string, ComposeService>> = {
  gateway: { dependsOn: ['web', 'api'], port: 8080 },
  web: { dependsOn: ['api'] },
  api: { dependsOn: ['auth', 'cache'], port: 8081 },
  auth: { dependsOn: ['cache'] },
  cache: { checked: true },
  'mail-worker': { dependsOn: ['api'], port: 8082 },
}

const tests = (): void => {
  let engine: TestEngine
  let project: ComposeProject
  let directory: string
  beforeAll(async () => {
    engine = await openEngine()
    directory = mkdtempSync(join(tmpdir(), 'astern-init-compose-'))
    project = openComposeProject(engine.socket, 'shop', six)
    for (const release of ['1.2.2', '1.3.0']) await importImage(engine.docker, { name: `shop/service:${release}` })
    await up('1.2.2')
  })
  afterAll(async () => {
    project?.close()
    await engine?.close()
    rmSync(directory, { recursive: true, force: true })
  })

  test('writes a file with which record and plan work unchanged, what stands still included', async () => {
    const file = join(directory, 'astern.yaml')
    await compose('stop', 'mail-worker')
    const made = await astern('init', '--docker', `web-1=unix://${engine.socket}`, '--config', file)
    expect([made.code, made.stdout, made.stderr]).toEqual([
      0,
      `${file}: 6 containers on one host\n`,
      expect.not.stringContaining('Left out'),
    ])
    const text = readFileSync(file, 'utf8')
    const loaded = parseManifest(text, directory)
    if (!loaded.ok) throw new Error(`${JSON.stringify(loaded.faults)}\n${text}`)
    const services = Object.entries(loaded.manifest.services)
    expect(services.map(([name, { container, health }]) => [name, container, health && health.kind])).toEqual(
      ['api', 'auth', 'cache', 'gateway', 'mail-worker', 'web'].map(name => [
        name,
        { kind: 'compose', project: 'shop', service: name, number: 1 },
        six[name]?.port === undefined ? null : 'tcp',
      ]),
    )
    expect(text).toContain('  mail-worker: # it had ended with')
    expect(text).toContain('writes nothing of depends_on to its containers (Compose 1 does not): fill it in')
    await compose('start', 'mail-worker')
    const recorded = await astern('record', '--version', '1.2.2', '--config', file)
    expect(`${recorded.stdout}${recorded.stderr}`).toContain('recorded 1.2.2')
    await up('1.3.0')
    const planned = await astern('plan', '--json', '--config', file)
    expect([planned.code, planned.stderr]).toEqual([0, ''])
    const { plan } = JSON.parse(planned.stdout) as {
      plan: { changes: readonly { instance: string; from: string; to: string }[]; blockers: readonly string[] }
    }
    expect(plan.changes.map(({ instance, from, to }) => `${instance} ${from} ${to}`)).toEqual(
      Object.keys(six)
        .sort()
        .map(name => `${name}@web-1 1.3.0 1.2.2`),
    )
    expect(plan.blockers).toEqual([])
  })

  async function up(release: string): Promise<void> {
    project.use(`shop/service:${release}`)
    await compose('up', '-d')
  }

  async function compose(...args: readonly string[]): Promise<void> {
    const { code, stdout, stderr } = await project.compose(...args)
    if (code !== 0) throw new Error(`docker-compose ${args.join(' ')}: ${code}\n${stdout}${stderr}`)
  }

  function astern(...args: readonly string[]): Promise<Ran> {
    const env = { ...process.env, ASTERN_HOME: join(directory, 'home') }
    return finished(spawn(process.execPath, [cli, ...args], { stdio: ['ignore', 'pipe', 'pipe'], cwd: directory, env }))
  }
}

describeWithEngines("astern init, of a project of Debian's Compose 1.29", tests, ['docker-compose'])
