import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BinlogPlace } from '../../../../state/binlog/place.ts'
import { oneLine } from '../../../../state/text.ts'
import type { MysqlConfig } from '../config.ts'
import { writeDefaults } from '../defaults.ts'
import type { Copy } from './copies.ts'
import { BinlogText, type Description, type Said } from './text.ts'
import { BinlogUnread } from './unread.ts'

/** A stretch of a server's binlog: from a place to another, or to where it ends now. */
export type Stretch = {
  readonly files: readonly string[]
  readonly from: BinlogPlace
  readonly until: BinlogPlace | null
}

export type ReadOptions = {
  readonly program: string
  readonly tracking?: string | null
  /** Files that the server has no more, each where it lies on this machine. */
  readonly copies?: readonly Copy[]
}

/** Read from the server itself, as a replica reads it, or from a copy, file after file; nothing of it is held but what is at hand. */
export async function* readBinlog(
  config: MysqlConfig,
  { files, from, until }: Stretch,
  { program, tracking = null, copies = [] }: ReadOptions,
): AsyncGenerator<Said | Description> {
  const directory = await mkdtemp(join(tmpdir(), 'astern-binlog-'))
  try {
    const defaults = await writeDefaults(config, directory)
    for (const [index, file] of files.entries()) {
      const start = index === 0 ? from.offset : firstOffset
      const stop = until !== null && index === files.length - 1 ? until.offset : null
      if (stop !== null && stop <= start) return
      const text = new BinlogText(file, start, tracking)
      const copy = copies.find(({ name }) => name === file)
      const argv = [
        ...(copy === undefined ? [`--defaults-file=${defaults}`, '--read-from-remote-server'] : ['--no-defaults']),
        '--verbose',
        '--verify-binlog-checksum',
        `--start-position=${start}`,
        ...(stop === null ? [] : [`--stop-position=${stop}`]),
        copy?.path ?? file,
      ]
      for await (const line of linesOf(program, argv)) yield* text.take(line)
      yield* text.done()
      if (copy !== undefined && stop === null && text.end !== copy.bytes)
        throw new BinlogUnread(`${copy.path} is read up to ${text.end} alone, and has ${copy.bytes} bytes`)
      if (stop !== null && text.end !== stop)
        throw new BinlogUnread(`${file} ends at ${text.end}, and not at ${stop}, between two events`)
    }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** Where the first event of a file begins. */
export const firstOffset = 4

/** Lines of a program, a sign for each of its bytes. Its end is its caller's: one that reads no further ends it. */
export async function* linesOf(program: string, argv: readonly string[]): AsyncGenerator<string> {
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', program, ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TZ: 'UTC' },
  })
  const ended = Promise.withResolvers<number | null>()
  child.on('error', () => ended.resolve(127))
  child.on('close', code => ended.resolve(code))
  let last = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (last = `${last}${text}`.slice(-2000)))
  let rest = ''
  try {
    for await (const chunk of child.stdout) {
      const lines = `${rest}${(chunk as Buffer).toString('latin1')}`.split('\n')
      rest = lines.pop() ?? ''
      yield* lines
    }
    const code = await ended.promise
    if (rest !== '') yield rest
    if (code !== 0) throw new BinlogUnread(code === 127 ? `${program} is not installed` : oneLine(last, 300))
  } finally {
    child.kill('SIGKILL')
  }
}
