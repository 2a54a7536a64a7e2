import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { bundleAlone } from '../../bin/bundle/bundle.mjs'
import type { SandboxKind, Standing } from '../../src/cli/drill/sandbox/standing.ts'
import type { TestEngine } from '../engines/engine.ts'
import { cli, endEngines, finished, type Ran } from './support.ts'

/** Where commands are run: here, or where an Engine of the test's own has its network. */
export type Where = { readonly prefix: readonly string[]; readonly env: Readonly<Record<string, string>> }

export const here: Where = { prefix: [], env: {} }

/** On the Engine's own host: its containers use that host's network. */
export function insideEngine({ namespace, socket }: TestEngine): Where {
  return {
    prefix: ['nsenter', `--net=/var/run/netns/${namespace}`],
    env: { DOCKER_HOST: `unix://${socket}` },
  }
}

/** A home with a sandbox of its own. */
export type SandboxStage = {
  readonly home: string
  readonly where: Where
  readonly standing: Standing
  readonly start: (args: readonly string[]) => ChildProcess
  readonly astern: (args: readonly string[]) => Promise<Ran>
  /** With the sandbox's manifest. */
  readonly inside: (args: readonly string[]) => Promise<Ran>
  readonly tell: (word: string, release?: string) => Promise<number | null>
  readonly state: () => Promise<SandboxState>
  /** The environment, whole. */
  readonly sight: () => Promise<unknown>
  readonly close: () => Promise<void>
}

export type SandboxState = Standing & { readonly orders: { readonly acknowledged: number; readonly refused: number } }

const sandbox = resolve(import.meta.dirname, '../../dist/sandbox.js')
const sqliteChild = resolve(import.meta.dirname, '../../dist/sqlite-child.js')

/** As one file: Node alone does not find all that the packages it needs name. */
async function bundleSight(file: string): Promise<void> {
  await bundleAlone('test/live/sandbox-sight.ts', file)
}

export async function openSandboxStage(kind: SandboxKind = 'embedded', where = here): Promise<SandboxStage> {
  const home = mkdtempSync(join(tmpdir(), 'astern-home-'))
  const start = (program: string, args: readonly string[]): ChildProcess => {
    const argv = [...where.prefix, process.execPath, '--disable-warning=ExperimentalWarning', program, ...args]
    return spawn(argv[0] ?? '', argv.slice(1), {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: '/',
      env: { ...process.env, ...where.env, ASTERN_HOME: home },
    })
  }
  const astern = (args: readonly string[]): Promise<Ran> => finished(start(cli, args))
  const ran = await astern(['drill', `--sandbox=${kind}`, '--json'])
  if (ran.code !== 0) throw new Error(`drill --sandbox=${kind}: ${ran.stderr}`)
  const standing = JSON.parse(ran.stdout) as Standing
  return {
    home,
    where,
    standing,
    start: args => start(cli, args),
    astern,
    inside: args => astern([...args, '--config', standing.manifest]),
    tell: async (word, release = '') => {
      const told = await finished(start(sandbox, ['tell', standing.socket, word, release]))
      if (told.code === 2) throw new Error(told.stderr)
      return told.code
    },
    state: () => stateAt(standing.socket),
    sight: async () => {
      const sight = join(home, 'sight.mjs')
      if (!existsSync(sight)) await bundleSight(sight)
      const seen = await finished(start(sight, [standing.manifest, sqliteChild]))
      if (seen.code !== 0) throw new Error(seen.stderr)
      return JSON.parse(seen.stdout) as unknown
    },
    close: async () => {
      await astern(['drill', '--sandbox=end'])
      await endEngines(home)
      rmSync(home, { recursive: true, force: true })
    },
  }
}

function stateAt(socketPath: string): Promise<SandboxState> {
  const { promise, resolve: done, reject } = Promise.withResolvers<SandboxState>()
  const asking = request({ socketPath, path: '/state' }, async response => {
    let text = ''
    for await (const chunk of response) text += String(chunk)
    done(JSON.parse(text) as SandboxState)
  })
  asking.on('error', reject)
  asking.end()
  return promise
}
