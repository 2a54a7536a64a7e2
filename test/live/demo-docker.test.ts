import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeWithEngines } from '../engines/describe.ts'
import { openEngine, type TestEngine } from '../engines/engine.ts'
import { processesBelow } from '../../demo/processes.ts'
import { finished, runsOf, stateOf, type Ran } from './support.ts'

const demo = resolve(import.meta.dirname, '../../bin/demo.mjs')

describeWithEngines('the demo on a Docker Engine', tests, ['mariadbd', 'mariadb-install-db'])

function tests() {
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

  test.each([
    ['a MariaDB', [], 'its database is a MariaDB of its own'],
    ['a file of SQLite', ['--sqlite'], 'its database is a file of SQLite'],
  ])(
    'goes back to 1.2.2 in containers on %s, eight of eight, and leaves nothing behind',
    async (_, args, ofDatabase) => {
      const ran = await demoInside(`unix://${engine.socket}`, args)
      expect([ran.code, ran.stderr]).toEqual([0, expect.stringContaining(ofDatabase)])
      const [, kept, acknowledged] = /the note of (\d+) of the (\d+) acknowledged orders/.exec(ran.stderr) ?? []
      expect([kept, Number(acknowledged) > 0]).toEqual([acknowledged, true])
      const run = runsOf(home).at(-1) ?? ''
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
      const root = /lies in (\S+);/.exec(ran.stderr)?.[1] ?? 'nowhere'
      expect([existsSync(root), processesBelow(root)]).toEqual([false, []])
    },
    300_000,
  )

  test('without an Engine says what to do, and leaves nothing behind', async () => {
    const ran = await demoInside('unix:///nowhere.sock')
    expect([ran.code, ran.stderr]).toEqual([
      2,
      expect.stringContaining('no Docker Engine answers at unix:///nowhere.sock'),
    ])
  })

  /** On the Engine's own host: its containers use that host's network. */
  function demoInside(host: string, args: readonly string[] = []): Promise<Ran> {
    const inside = `--net=/var/run/netns/${engine.namespace}`
    const child = spawn('nsenter', [inside, process.execPath, demo, '--docker', ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ASTERN_HOME: home, DOCKER_HOST: host },
    })
    return finished(child)
  }
}
