import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeWithEngines } from '../engines/describe.ts'
import { openEngine, type TestEngine } from '../engines/engine.ts'
import { finished, runsOf, stateOf, type Ran } from './support.ts'

const demo = resolve(import.meta.dirname, '../../bin/demo.mjs')

describeWithEngines('the demo on a Docker Engine', () => {
  let engine: TestEngine
  let home: string
  beforeAll(async () => {
    engine = await openEngine()
    home = mkdtempSync(join(tmpdir(), 'astern-home-'))
  })
  afterAll(async () => {
    await engine?.close()
    rmSync(home, { recursive: true, force: true })
  })

  test('goes back from 1.3.0 to 1.2.2 in containers, eight of eight, and leaves nothing on the Engine', async () => {
    const ran = await demoInside(`unix://${engine.socket}`)
    expect([ran.code, ran.stderr]).toEqual([0, expect.stringContaining('Orders acknowledged meanwhile')])
    const [run = ''] = runsOf(home)
    const state = stateOf(run)
    expect(state.closed?.outcome).toBe('reached')
    expect(state.steps['api@local.prove']?.says).toMatch(/^api is 1\.2\.2, sha256:[0-9a-f]{12}, and says so itself$/)
    expect(ran.stdout.match(/✓ green/g)?.length).toBe(8)
    expect(existsSync(join(run, 'report/incident.md'))).toBe(true)
    expect(readFileSync(join(run, 'report/incident.md'), 'utf8')).toContain('1.2.2')
    const { docker } = engine
    expect(await docker.listContainers({ all: true })).toEqual([])
    expect((await docker.listVolumes()).Volumes).toEqual([])
    expect(await docker.listImages()).toEqual([])
  })

  test('without an Engine says what to do, and leaves nothing behind', async () => {
    const ran = await demoInside('unix:///nowhere.sock')
    expect([ran.code, ran.stderr]).toEqual([
      2,
      expect.stringContaining('no Docker Engine answers at unix:///nowhere.sock'),
    ])
  })

  /** On the Engine's own host: its containers use that host's network. */
  function demoInside(host: string): Promise<Ran> {
    const child = spawn('nsenter', [`--net=/var/run/netns/${engine.namespace}`, process.execPath, demo, '--docker'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ASTERN_HOME: home, DOCKER_HOST: host },
    })
    return finished(child)
  }
})
