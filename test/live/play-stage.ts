import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { text as textOfBody } from 'node:stream/consumers'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { RunState } from '../../src/state/run-state.ts'
import { elsewhere, openDrillStage, type DrillStage } from './drill-stage.ts'
import { cli, finished, linesOf, stateOf, until, type Ran } from './support.ts'

/** A marked staging whose check asks a server of this test's, and drills that are played there. */
export type PlayStage = DrillStage & {
  /** What its check is answered from now on. */
  readonly answers: (status: number) => void
  /** What was sent to its channel of drills. */
  readonly messages: readonly string[]
  /** A scenario of these injects, over after a minute. */
  readonly play: (injects: string, change?: (text: string) => string) => string
  readonly start: (args: readonly string[], env?: Readonly<Record<string, string>>) => Playing
  /** The newest drill of its home. */
  readonly drill: () => string
  readonly state: () => RunState
  readonly untilDrill: (is: (state: RunState) => boolean, what: string) => Promise<RunState>
  /** Ends whoever leads a drill here, or watches over it. */
  readonly endAll: () => Promise<void>
}

export type Playing = { readonly child: ChildProcess; readonly ran: Promise<Ran> }

export async function openPlayStage(): Promise<PlayStage> {
  const stage = openDrillStage()
  let status = 200
  const messages: string[] = []
  const server = createServer((request, answer) => {
    if (request.method !== 'POST') return void answer.writeHead(status).end()
    void textOfBody(request).then(body => {
      messages.push(body)
      answer.writeHead(200).end()
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  stage.write('staging.yaml', text => text.replaceAll('127.0.0.1:9/', `127.0.0.1:${port}/`))
  stage.publish(elsewhere)
  const marked = await stage.astern(['drill', '--mark', '--confirm', 'shop-staging'])
  if (marked.code !== 0) throw new Error(marked.stderr)
  const drills = (): readonly string[] =>
    readdirSync(join(stage.home, 'runs'))
      .map(run => join(stage.home, 'runs', run))
      .filter(directory => {
        const opened = linesOf(directory)[0]?.event
        return opened?.kind === 'run.opened' && opened.purpose.kind === 'drill'
      })
      .sort()
  const drill = (): string => drills().at(-1) ?? ''
  const state = (): RunState => stateOf(drill())
  const endAll = async (): Promise<void> => {
    const pids = processesOf(stage.home)
    for (const pid of pids) process.kill(pid, 'SIGKILL')
    await until(() => processesOf(stage.home).length === 0, 'whoever led drills has ended')
  }
  return {
    ...stage,
    messages,
    answers: now => {
      status = now
    },
    play: (injects, change = text => text) =>
      stage.scenario(text =>
        change(text.replace(/^injects:\n.*$/m, `injects:\n${injects}`).replace('deadline: 30m', 'deadline: 1m')),
      ),
    start: (args, env = {}) => {
      const child = spawn(process.execPath, [cli, ...args, '--config', join(stage.root, 'staging.yaml')], {
        stdio: ['ignore', 'pipe', 'pipe'],
        cwd: '/',
        env: { ...process.env, STAGING_PROBE: 'a-staging-password', ASTERN_HOME: stage.home, ...env },
      })
      return { child, ran: finished(child) }
    },
    drill,
    state,
    untilDrill: async (is, what) => {
      await until(() => drill() !== '' && is(state()), what)
      return state()
    },
    endAll,
    close: () => {
      server.close()
      stage.close()
    },
  }
}

/** Of this home: directors, watchdogs and engines, by what they were started with. */
export function processesOf(home: string, role = '(director|watchdog|engine)'): readonly number[] {
  const ofHome = new RegExp(`/dist/${role}\\.js\0${home}/`)
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .filter(pid => ofHome.test(commandOf(pid)))
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}

/** Whether its database takes a row now. */
export function takesOrders({ root }: Pick<PlayStage, 'root'>): boolean {
  const database = new DatabaseSync(join(root, 'staging/shop.db'), { timeout: 0 })
  try {
    database.exec('BEGIN IMMEDIATE; INSERT INTO orders DEFAULT VALUES; ROLLBACK')
    return true
  } catch {
    return false
  } finally {
    database.close()
  }
}
