import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { oneLine } from '../../../../../state/text.ts'
import type { Evidence } from '../../../../outcome.ts'
import type { Work } from './work.ts'

/** A directory of the run's own that only this account can read, gone afterwards; and before, where a killed engine left it. */
export async function withDirectory<T>(
  { config, context }: Pick<Work, 'config' | 'context'>,
  use: (directory: string) => Promise<T>,
): Promise<T> {
  const directory = join(context.directory, `restore-${config.name}`)
  const gone = (): Promise<void> => rm(directory, { recursive: true, force: true })
  await gone()
  await mkdir(directory, { mode: 0o700 })
  return use(directory).finally(gone)
}

export type Ended = {
  /** Null: it could not be started. */
  readonly code: number | null
  /** What ended it. */
  readonly signal?: string
  readonly last: string
}

/** The kernel ends it should the engine be killed: what it was at is begun again. Its words go into the evidence, but for those that are data. */
export async function runProgram(
  argv: readonly string[],
  evidence: Evidence,
  input?: Readable,
  isData = (_line: string): boolean => false,
): Promise<Ended> {
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', ...argv], { stdio: ['pipe', 'pipe', 'pipe'] })
  let last = ''
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', line => {
      if (line.trim() === '' || isData(line)) return
      last = oneLine(line, 200)
      evidence(oneLine(line, 400))
    })
  const closed = once(child, 'close')
  const fed =
    input === undefined
      ? Promise.resolve(void child.stdin.end())
      : // A program that ends early says why itself.
        pipeline(input, child.stdin).catch((error: unknown) => evidence(String(error)))
  try {
    const [code, signal] = (await closed) as [number | null, string | null]
    input?.destroy()
    await fed
    return { code: code ?? -1, ...(signal === null ? {} : { signal }), last }
  } catch {
    input?.destroy()
    return { code: null, last: 'setpriv (of util-linux) is not installed' }
  }
}
