import { basename } from 'node:path'
import { openSession } from '../../src/client/session.ts'
import { gateOf } from '../../src/state/gates.ts'
import { cli, isEngine, openStage, stateOf, until, untilRun, type Stage } from '../live/support.ts'
import { openPty, type Pty, type PtyOptions } from './pty.ts'

/** A real run that waits for a person, its engine, and consoles in front of it. */
export type RunStage = {
  readonly run: string
  readonly directory: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** A console of this run in a terminal of its own; `watch` unless something else is asked for. */
  readonly console: (options?: ConsoleOptions) => Pty
  readonly command: (args?: readonly string[]) => readonly string[]
  /** The engine lives, and writes down who takes the helm. */
  readonly goesOn: (reason?: string) => Promise<void>
  readonly close: () => Promise<void>
}

export type ConsoleOptions = Partial<PtyOptions> & {
  readonly args?: readonly string[]
  /** A script for sh with the console as `$@`. */
  readonly through?: string
}

export async function openRunStage(): Promise<RunStage> {
  const stage = await openStage({ orderEveryMs: 0 })
  const env = { ...process.env, ...stage.shop.env, ASTERN_HOME: stage.home }
  const command = (args: readonly string[] = ['watch']): readonly string[] => [
    process.execPath,
    cli,
    ...args,
    '--config',
    stage.shop.manifestFile,
  ]
  const opening = openPty(command(['rollback']), { env })
  try {
    const directory = await untilRun(stage.home, run => gateOf(run)?.kind === 'decide', 'the run waits')
    return { ...onRun(stage, directory, env, command), directory, env, command }
  } finally {
    opening.close()
  }
}

function onRun(
  stage: Stage,
  directory: string,
  env: RunStage['env'],
  command: RunStage['command'],
): Pick<RunStage, 'run' | 'console' | 'goesOn' | 'close'> {
  const opened: Pty[] = []
  let consoles = 0
  return {
    run: basename(directory),
    console: ({ args, through, env: more = {}, ...size } = {}) => {
      const whole = through === undefined ? command(args) : ['sh', '-c', through, 'sh', ...command(args)]
      const pty = openPty(whole, { ...size, env: { ...env, ...more } })
      opened.push(pty)
      return pty
    },
    goesOn: async (reason = 'to see that it goes on') => {
      consoles += 1
      const console = `bo ${consoles}`
      const me = { name: 'bo', console, from: 'test' }
      const session = openSession({ directory, me, wants: 'helm', now: () => new Date() })
      try {
        await until(() => session.store.getState().connection.engine === 'live', 'the engine answers')
        await session.send({ kind: 'take the helm', reason }, null)
        await until(() => stateOf(directory).helm.holder?.console === console, 'the engine writes it down')
      } finally {
        session.close()
      }
      if (!isEngine(stateOf(directory).engine?.pid ?? 0)) throw new Error('the engine is gone')
    },
    close: async () => {
      for (const pty of opened) pty.close()
      await stage.close()
    },
  }
}
