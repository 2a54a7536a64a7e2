import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseManifest } from '../../src/manifest/load.ts'
import { describeWithEngines } from '../engines/describe.ts'
import { openEngine, type TestEngine } from '../engines/engine.ts'
import { importImage } from '../engines/images.ts'
import { cli, finished, type Ran } from './support.ts'

/** Six services as Compose labels them, what it writes of their dependencies included. */
const project = {
  gateway: { needs: ['web', 'api'], port: 8080 },
  web: { needs: ['api'] },
  api: { needs: ['auth', 'cache'], port: 8081 },
  auth: { needs: ['cache'] },
  cache: { needs: [], checked: true },
  'mail-worker': { needs: ['api'] },
} as const

describeWithEngines('astern init', () => {
  let engine: TestEngine
  let directory: string
  beforeAll(async () => {
    engine = await openEngine()
    directory = mkdtempSync(join(tmpdir(), 'astern-init-'))
    for (const release of ['1.2.2', '1.3.0']) await importImage(engine.docker, { name: `shop/service:${release}` })
    await Promise.all(Object.keys(project).map(service => deploy(service as keyof typeof project, '1.2.2')))
  })
  afterAll(async () => {
    await engine?.close()
    rmSync(directory, { recursive: true, force: true })
  })

  test('writes a file for a Compose project with which everything else works unchanged', async () => {
    const file = join(directory, 'astern.yaml')
    const made = await astern(['init', '--docker', `web-1=unix://${engine.socket}`, '--config', file])
    expect([made.code, made.stdout]).toEqual([0, `${file}: 6 containers on one host\n`])
    const text = readFileSync(file, 'utf8')
    const loaded = parseManifest(text, directory)
    if (!loaded.ok) throw new Error(`${JSON.stringify(loaded.faults)}\n${text}`)
    expect(
      Object.entries(loaded.manifest.services).map(([name, { container, dependsOn, kind, health }]) => [
        name,
        container,
        dependsOn,
        kind,
        health,
      ]),
    ).toEqual([
      ['api', composed('api'), ['auth', 'cache'], 'web', { kind: 'tcp', address: '{host}', port: 8081 }],
      ['auth', composed('auth'), ['cache'], 'web', null],
      ['cache', composed('cache'), [], 'web', null],
      ['gateway', composed('gateway'), ['api', 'web'], 'web', { kind: 'tcp', address: '{host}', port: 8080 }],
      ['mail-worker', composed('mail-worker'), ['api'], 'worker', null],
      ['web', composed('web'), ['api'], 'web', null],
    ])
    expect(text).not.toContain('s3cret')
    expect((await astern(['record', '--version', '1.2.2', '--config', file])).stdout).toContain('recorded 1.2.2')
    await deploy('api', '1.3.0')
    await deploy('mail-worker', '1.3.0')
    const planned = await astern(['plan', '--json', '--config', file])
    expect([planned.code, planned.stderr]).toEqual([0, ''])
    const { plan } = JSON.parse(planned.stdout) as {
      plan: { changes: readonly { instance: string; from: string; to: string }[]; blockers: readonly string[] }
    }
    expect(plan.changes.map(({ instance, from, to }) => [instance, from, to])).toEqual([
      ['api@web-1', '1.3.0', '1.2.2'],
      ['mail-worker@web-1', '1.3.0', '1.2.2'],
    ])
    expect(plan.blockers).toEqual([])
  })

  test('writes over nothing, and says of wrong input what to do', async () => {
    const file = join(directory, 'astern.yaml')
    const before = readFileSync(file, 'utf8')
    const again = await astern(['init', '--docker', `unix://${engine.socket}`, '--config', file])
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('is there already, and is left as it is')])
    expect(readFileSync(file, 'utf8')).toBe(before)
    const other = join(directory, 'other.yaml')
    const cases = [
      [['--docker', 'web-1'], 2, 'is not [NAME=]unix:///PATH'],
      [['--docker', `unix://${engine.socket}`, '--project', 'none'], 2, 'There are: shop.'],
      [['--docker', 'unix:///nowhere.sock'], 1, 'its socket is not there'],
    ] as const
    for (const [args, code, words] of cases) {
      const ran = await astern(['init', ...args, '--config', other])
      expect([args, ran.code, ran.stderr]).toEqual([args, code, expect.stringContaining(words)])
    }
    expect(existsSync(other)).toBe(false)
    const nowhere = await astern(['init', '--docker', `unix://${engine.socket}`, '--config', '/nowhere/astern.yaml'])
    expect([nowhere.code, nowhere.stderr]).toEqual([2, expect.stringContaining('could not be written (ENOENT)')])
  })

  async function deploy(service: keyof typeof project, release: string): Promise<void> {
    const { docker } = engine
    const name = `shop-${service}-1`
    const declared: { needs: readonly string[]; port?: number; checked?: boolean } = project[service]
    await docker
      .getContainer(name)
      .remove({ force: true })
      .catch(() => {})
    const container = await docker.createContainer({
      name,
      Image: `shop/service:${release}`,
      Env: ['PAYMENT_KEY=s3cret'],
      Labels: {
        'com.docker.compose.project': 'shop',
        'com.docker.compose.service': service,
        'com.docker.compose.container-number': '1',
        'com.docker.compose.oneoff': 'False',
        'com.docker.compose.depends_on': declared.needs.map(other => `${other}:service_started:false`).join(','),
      },
      ExposedPorts: { '8080/tcp': {} },
      HostConfig:
        declared.port === undefined ? {} : { PortBindings: { '8080/tcp': [{ HostPort: String(declared.port) }] } },
      ...(declared.checked === true ? { Healthcheck: { Test: ['CMD', '/bin/busybox', 'true'] } } : {}),
    })
    await container.start()
  }

  function astern(args: readonly string[]): Promise<Ran> {
    const env = { ...process.env, ASTERN_HOME: join(directory, 'home') }
    return finished(spawn(process.execPath, [cli, ...args], { stdio: ['ignore', 'pipe', 'pipe'], cwd: directory, env }))
  }
})

function composed(service: string) {
  return { kind: 'compose', project: 'shop', service, number: 1 }
}
