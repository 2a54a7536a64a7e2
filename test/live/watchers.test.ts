import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { openBareClient, type BareClient } from '../runners/bare-client.ts'
import { describeWithSshd, openBastion, type Bastion } from './bastion.ts'
import { cli, finished, isEngine, openStage, rollbackArgs, runsOf, stateOf, until, type Stage } from './support.ts'
import { openProgram, type Terminal } from './terminal.ts'

let stage: Stage | null = null
let bastion: Bastion | null = null
let terminal: Terminal | null = null
const clients: BareClient[] = []
afterEach(async () => {
  terminal?.kill('SIGKILL')
  terminal = null
  for (const { socket } of clients.splice(0)) socket.destroy()
  await bastion?.close()
  bastion = null
  await stage?.close()
  stage = null
})

describe('twenty watchers, five of whom never read', () => {
  test('keep a rollback from nothing, and those who read see all of it', async () => {
    stage = await openStage({ orderEveryMs: 0 })
    const { home } = stage
    const rolling = finished(stage.start(await rollbackArgs(stage)))
    const directory = await until(() => runsOf(home).find(one => existsSync(join(one, 'socket'))), 'the engine')
    for (let n = 0; n < 20; n += 1) clients.push(await openBareClient(directory, `watcher ${n}`))
    for (const one of clients.slice(0, 5)) one.stall()
    const ran = await rolling
    expect([ran.code, stateOf(directory).closed?.outcome]).toEqual([0, 'reached'])
    const reading = clients.slice(5)
    const { seq } = stateOf(directory)
    const last = (one: BareClient) => one.frames().findLast(frame => frame.kind === 'durable')?.seq
    await until(() => reading.every(one => last(one) === seq), 'they were told of the last line')
    expect(new Set(reading.map(one => one.frames().some(({ kind }) => kind === 'failed')))).toEqual(new Set([false]))
  })
})

describeWithSshd('watching through ssh', () => {
  test('opens at the present, says whom the run waits for, walks back, and leaves the terminal as it was', async () => {
    const { directory, watching } = await watchingOverSsh()
    await shows(' WATCH ')
    await shows('Waits for somebody to take the helm: read the plan, then approve it')
    const { seq } = stateOf(directory)
    watching.write('[')
    await shows(`line ${seq - 1} of ${seq}`)
    watching.write('\u001b')
    await until(() => !watching.text().includes('PAST'), 'the present again')
    watching.write('q')
    await shows('Come back with: astern watch')
    await until(() => (watching.write('\r'), watching.exitCode() !== null), 'ssh has ended')
    expect(watching.exitCode()).toBe(0)
    const [on, off] = ['h', 'l'].map(end => watching.raw().split(`[?1049${end}`).length)
    expect([on, off]).toEqual([2, 2])
    expect(watching.raw()).toContain('goes on.')
  })

  test('ends with the connection, and the run goes on', async () => {
    const { directory, watching } = await watchingOverSsh()
    await shows(' WATCH ')
    const [there] = watchersOf(directory)
    expect(there).toBeGreaterThan(0)
    watching.kill('SIGKILL')
    await until(() => watchersOf(directory).length === 0, 'the watcher at the bastion has ended')
    expect(isEngine(stateOf(directory).engine?.pid ?? 0)).toBe(true)
    expect(stateOf(directory).closed).toBe(null)
  })
})

async function watchingOverSsh(): Promise<{ readonly directory: string; readonly watching: Terminal }> {
  stage = await openStage({ orderEveryMs: 0 })
  bastion = await openBastion()
  await stage.astern(['rollback', '--headless'])
  const directory = runsOf(stage.home).at(-1) ?? ''
  await until(() => stateOf(directory).helm.holder === null, 'nobody is at the helm')
  const env = Object.entries({ ...stage.shop.env, ASTERN_HOME: stage.home }).map(
    ([name, value]) => `${name}='${value}'`,
  )
  const command = ['env', ...env, process.execPath, cli, 'watch', basename(directory)].join(' ')
  const watching = openProgram('ssh', ['-tt', ...bastion.args, command])
  terminal = watching
  return { directory, watching }
}

/** Processes that watch that run, by what they were started with. */
function watchersOf(directory: string): readonly number[] {
  return readdirSync('/proc').flatMap(pid => {
    if (!/^\d+$/.test(pid)) return []
    try {
      const [file, ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
      return file === process.execPath && args.includes(cli) && args.includes(basename(directory)) ? [Number(pid)] : []
    } catch {
      return []
    }
  })
}

async function shows(words: string): Promise<void> {
  await until(() => terminal?.text().replaceAll(/\s+/g, ' ').includes(words.trim()), words)
}
