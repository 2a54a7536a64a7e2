import type { ChildProcess } from 'node:child_process'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { injectId } from '../../src/state/drill/play/steps.ts'
import { processesOf } from '../live/play-stage.ts'
import { openSandboxStage, type SandboxStage } from '../live/sandbox-stage.ts'
import { linesOf, stateOf, until } from '../live/support.ts'

let stage: SandboxStage
const consoles: ChildProcess[] = []
beforeEach(async () => {
  stage = await openSandboxStage()
})
afterEach(async () => {
  for (const console of consoles.splice(0)) console.kill('SIGKILL')
  for (const pid of processesOf(stage.home)) process.kill(pid, 'SIGKILL')
  await stage.close()
})

/** One of each family that there is without an Engine. */
const faults: Readonly<Record<string, string>> = {
  release: 'kind: command, target: { command: deploy-1.2.3 }, expires: 40s',
  asleep: 'kind: pause, target: { service: auth, host: local }, expires: 20s',
  pruned: 'kind: image_gone, target: { service: api, host: local }, with: { release: 1.2.1 }, expires: 20s',
  locked: 'kind: row_locks, target: { database: main }, with: { table: orders }, expires: 20s',
  away: 'kind: errors, target: { service: api, host: local }, expires: 20s',
  silent: 'kind: channel_down, target: { channel: ops }, expires: 20s',
}

test('with director, watchdog, engine, operator and facilitator killed and none started again, faults of every kind end by themselves', async () => {
  const before = served(await stage.sight())
  begin(['drill', scenario(), '--headless', '--confirm', 'shop-sandbox'])
  const drill = await until(() => drillIn(stage.home), 'the drill')
  begin(['drill', '--facilitate'])
  const there = (id: string): boolean => stateOf(drill).steps[injectId(id)]?.status === 'ok'
  await until(() => Object.keys(faults).every(there), 'every fault is there')
  begin(['rollback', '--headless'])
  await until(() => processesOf(stage.home, 'engine').length === 1, 'a rollback is played')
  for (const console of consoles.splice(0)) console.kill('SIGKILL')
  await until(() => {
    const pids = processesOf(stage.home)
    for (const pid of pids) process.kill(pid, 'SIGKILL')
    return pids.length === 0
  }, 'nobody leads it any more')
  expect(keepers().length).toBeGreaterThan(0)
  await until(() => keepers().length === 0, 'the last keeper has gone', 90_000)
  expect(served(await stage.sight())).toEqual(before)
  const checked = await stage.inside(['check', '--json'])
  expect([checked.code, stateOf(drill).closed]).toEqual([0, null])
}, 240_000)

function begin(args: readonly string[]): void {
  consoles.push(stage.start([...args, '--config', stage.standing.manifest]))
}

function drillIn(home: string): string | null {
  const runs = join(home, 'runs')
  const all = existsSync(runs) ? readdirSync(runs).map(run => join(runs, run)) : []
  const isDrill = (directory: string): boolean => {
    const event = linesOf(directory)[0]?.event
    return event?.kind === 'run.opened' && event.purpose.kind === 'drill'
  }
  return all.find(isDrill) ?? null
}

/** What users and the next rollback meet; the record still has the lock of a run that was left. */
function served(sight: unknown): unknown {
  const { services, databases } = sight as { readonly services: unknown; readonly databases: unknown }
  return { services, databases }
}

/** Files of faults that are held on this machine. */
function keepers(): readonly string[] {
  const root = join(stage.standing.manifest, '..')
  return [stage.home, root].flatMap(place =>
    readdirSync(place, { recursive: true, encoding: 'utf8' }).filter(path =>
      /(drill|keepers)\/[^/]+\.json$/.test(path),
    ),
  )
}

function scenario(): string {
  const file = join(stage.home, 'all-killed.yaml')
  const injects = Object.entries(faults).map(([id, fault]) => `  - { id: ${id}, at: 0s, ${fault} }`)
  writeFileSync(
    file,
    `id: all-killed
title: Everything at once, and nobody left
objectives: [see that faults end by themselves]
environment: { names: [shop-sandbox], classes: [drill] }
roles: { owner: one, coordinator: another, reporter: a third }
steady_state: [log in, check out]
injects:
${injects.join('\n')}
expected: { decision: nothing }
targets: {}
stop_conditions: [{ seen: anything outside the sandbox is hurt }]
blast_radius: { hosts: [local], services: [auth, api, worker, gateway], databases: [main], channels: [ops] }
deadline: 2m
`,
  )
  return file
}
