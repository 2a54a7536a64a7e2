import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { processHosting } from '../../demo/hosting.ts'
import { writeManifest } from '../../demo/sandbox/manifest.ts'
import { bad } from '../../demo/sandbox/state.ts'
import { openSqlite } from '../../demo/sqlite.ts'
import type { Hosting } from '../../demo/stage.ts'
import { parseManifest } from '../../src/manifest/load.ts'
import { parseScenario } from '../../src/manifest/scenario/load.ts'
import { sha256 } from '../../src/runners/journal/read.ts'
import { scenarioRules } from '../../src/state/drill/rules/scenario.ts'
import { leavesNothing, type Scenario } from '../../src/state/drill/scenario.ts'
import type { Manifest } from '../../src/state/manifest.ts'

const directory = resolve(import.meta.dirname, '../../scenarios')
const files = readdirSync(directory).sort()
const root = mkdtempSync(join(tmpdir(), 'astern-sandbox-manifest-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const embedded = processHosting(root, 'shop-sandbox')
const docker: Hosting = {
  ...embedded,
  host: { docker: `unix://${root}/engine.sock` },
  place: name => ({ container: `shop-sandbox-${name}-1` }),
}
const sandboxes = [
  ['of processes', manifestFor(embedded)],
  ['of containers', manifestFor(docker)],
] as const

test('ten scenarios are shipped', () => {
  expect(files).toEqual([
    'dropped-column.yaml',
    'dropped-link.yaml',
    'failed-migration.yaml',
    'lost-host.yaml',
    'lying-health.yaml',
    'metadata-lock.yaml',
    'pruned-image.yaml',
    'silent-channel.yaml',
    'wrong-answer.yaml',
    'wrong-image.yaml',
  ])
})

describe.each(files)('%s', file => {
  const scenario = scenarioIn(file)

  test.each(sandboxes)(
    'was written for the sandbox %s, names what is there, and hurts no more than it says',
    (_, manifest) => {
      const question = { manifest, scenario, references: [], seen: null, past: [], hash: sha256 }
      const list = { ok: false, file: '', why: 'missing', words: '' } as const
      expect(scenarioRules({ ...question, list }).refusals).toEqual([])
      const { commands = {} } = manifest.drill ?? {}
      const named = scenario.injects.flatMap(({ target }) => (target.kind === 'command' ? [target.command] : []))
      expect(named.filter(name => !(name in commands))).toEqual([])
    },
  )

  test('is called by its id, says what whoever plays it would know, and has a deadline of a quarter of an hour to three', () => {
    expect(`${scenario.id}.yaml`).toBe(basename(file))
    expect(scenario.briefing).toMatch(/\S.{40}/)
    expect(scenario.deadlineMs).toBeGreaterThanOrEqual(15 * 60_000)
    expect(scenario.deadlineMs).toBeLessThanOrEqual(45 * 60_000)
  })

  test('has something to learn, hints that cost, a good way through, an event that wants an answer, and a look at the end', () => {
    const { objectives, hints, expected, injects, cleanUp, targets } = scenario
    const answers = injects.filter(({ wantsAnswer }) => wantsAnswer)
    expect([objectives, expected.path, answers, cleanUp].map(({ length }) => length > 0)).toEqual([
      true,
      true,
      true,
      true,
    ])
    expect(hints.length > 0 && hints.every(({ cost }) => cost > 0)).toBe(true)
    expect([targets.detectMs, targets.declareMs, targets.decideMs].every(ms => ms !== null)).toBe(true)
  })

  test('hurts nothing before its release is out, and for no longer than it lasts', () => {
    const { injects, deadlineMs } = scenario
    expect(injects[0]).toMatchObject({ fault: 'command', when: { kind: 'time', afterMs: 0 } })
    const lasting = injects.filter(inject => !leavesNothing(inject))
    expect(lasting.every(({ expiresMs }) => expiresMs !== null && expiresMs <= (deadlineMs ?? 0))).toBe(true)
  })
})

test('every release that can go wrong is one of the sandbox’s commands', () => {
  for (const [, manifest] of sandboxes)
    expect(Object.keys(manifest.drill?.commands ?? {})).toEqual(bad.map(release => `deploy-${release}`))
})

function scenarioIn(file: string): Scenario {
  const loaded = parseScenario(readFileSync(join(directory, file), 'utf8'))
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults))
  return loaded.scenario
}

function manifestFor(hosting: Hosting): Manifest {
  const ports = { gateway: 1, api: 2, auth: 3, worker: 4 }
  const reference = (secret: string): string => `file:${join(root, 'secrets', secret)}`
  const wiring = { ports, ways: ports, store: openSqlite(root), reference }
  const room = { root, home: root, receiver: 'http://127.0.0.1:5/hook', socket: join(root, 'control.sock') }
  const file = join(root, 'astern.yaml')
  writeManifest(file, { ...wiring, ...room, hosting, proxies: [`unix://${root}/proxy.sock`] })
  const loaded = parseManifest(readFileSync(file, 'utf8'), root)
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults))
  return loaded.manifest
}
