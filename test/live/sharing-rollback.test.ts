import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { describeWithEngines } from '../engines/describe.ts'
import { openEngine, type TestEngine } from '../engines/engine.ts'
import { importImage } from '../engines/images.ts'
import { removeAll } from '../engines/shop.ts'
import { undoAll } from './at-the-helm.ts'
import { cli, endEngines, finished, runsOf, type Ran } from './support.ts'

const waits = ['/bin/busybox', 'sh', '-c', 'trap "exit 0" TERM; sleep 1000 & wait']

/** api, and a sidecar that uses its network and is the same release all the time. */
describeWithEngines('a rollback of what another is bound to', () => {
  let engine: TestEngine
  let directory: string
  let home: string
  beforeAll(async () => {
    engine = await openEngine()
    directory = mkdtempSync(join(tmpdir(), 'astern-bound-'))
    home = join(directory, 'home')
    writeFileSync(join(directory, 'astern.yaml'), JSON.stringify(manifest(engine)))
    await importImage(engine.docker, { name: 'shop/api:1.2.2' })
    await importImage(engine.docker, { name: 'shop/api:1.3.0' })
    await importImage(engine.docker, { name: 'shop/side:7' })
  })
  beforeEach(async () => {
    await endEngines(home)
    rmSync(home, { recursive: true, force: true })
    await removeAll(engine.docker)
    await run('shop-api-1', 'shop/api:1.2.2')
    await bind()
    expect((await astern('record', '--version', '1.2.2')).code).toBe(0)
    for (const name of ['shop-side-1', 'shop-api-1']) await engine.docker.getContainer(name).remove({ force: true })
    await run('shop-api-1', 'shop/api:1.3.0')
    await bind()
  })
  afterAll(async () => {
    await endEngines(home)
    await engine?.close()
    rmSync(directory, { recursive: true, force: true })
  })

  test('makes that one anew with it, and it runs in the network of what took the place', async () => {
    const ran = await astern('rollback', '--headless', '--confirm', 'shop')
    expect(`${ran.code} ${ran.stdout}`).toMatch(/^0 /)
    expect(await standing()).toEqual({ api: 'shop/api:1.2.2', bound: true, running: true })
  })

  test('is undone to what ran before, the one bound to the other', async () => {
    const well = join(directory, 'well')
    writeFileSync(join(directory, 'astern.yaml'), JSON.stringify(manifest(engine, { command: ['test', '-e', well] })))
    const ran = await astern('rollback', '--headless', '--confirm', 'shop')
    expect(`${ran.code} ${ran.stdout}`).toMatch(/^4 /)
    expect(await standing()).toEqual({ api: 'shop/api:1.2.2', bound: true, running: false })
    writeFileSync(well, '')
    await undoAll(runsOf(home).at(-1) ?? '', 'shop')
    expect(await standing()).toEqual({ api: 'shop/api:1.3.0', bound: true, running: true })
  })

  async function standing() {
    const api = await engine.docker.getContainer('shop-api-1').inspect()
    const { HostConfig, State } = await engine.docker.getContainer('shop-side-1').inspect()
    const bound = HostConfig.NetworkMode === `container:${api.Id}`
    return { api: api.Config.Image, bound, running: api.State.Running && State.Running }
  }

  async function bind(): Promise<void> {
    const { Id } = await engine.docker.getContainer('shop-api-1').inspect()
    await run('shop-side-1', 'shop/side:7', `container:${Id}`)
  }

  async function run(name: string, Image: string, NetworkMode = 'bridge'): Promise<void> {
    const HostConfig = { NetworkMode, RestartPolicy: { Name: 'always' } }
    await (await engine.docker.createContainer({ name, Image, Cmd: waits, HostConfig })).start()
  }

  function astern(...args: readonly string[]): Promise<Ran> {
    return finished(
      spawn(process.execPath, [cli, ...args, '--config', join(directory, 'astern.yaml')], {
        stdio: ['ignore', 'pipe', 'pipe'],
        cwd: '/',
        env: { ...process.env, ASTERN_HOME: home },
      }),
    )
  }
})

function manifest({ socket, address }: TestEngine, health?: object) {
  const service = { hosts: ['web-1'], stop: { grace: '2s' } }
  return {
    environment: { name: 'shop', class: 'drill' },
    hosts: { 'web-1': { docker: `unix://${socket}`, address } },
    services: { api: { ...service, container: 'shop-api-1', health }, side: { ...service, container: 'shop-side-1' } },
    checks: [{ name: 'there is a world', command: ['true'], assert: [{ exit: 0 }] }],
    notify: { log: { file: 'log.ndjson' } },
    timing: { health_deadline: '5s', probe_interval: '100ms', stable: '500ms', watch: '200ms' },
  }
}
