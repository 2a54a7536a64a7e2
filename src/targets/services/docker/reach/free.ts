import { statfs } from 'node:fs/promises'
import type { Way } from './context.ts'

/** Bytes free at a directory of a host, or why that cannot be told from here. */
export type Free = { readonly bytes: number } | { readonly why: string }

/** Runs a program on the host itself; null: there is no way to. */
export type RunThere = (
  argv: readonly string[],
) => Promise<{ readonly code: number | null; readonly output: string } | null>

export async function freeAt(way: Way, run: RunThere, directory: string): Promise<Free> {
  switch (way.kind) {
    case 'unix':
      return statfs(directory).then(
        ({ bavail, bsize }) => ({ bytes: bavail * bsize }),
        () => ({ why: `${directory} cannot be looked at from here` }),
      )
    case 'ssh':
      return askDf(run, directory)
    case 'tcp':
      return { why: 'over tcp:// an Engine tells nothing of its disk; look with df on that host' }
  }
}

/** The remote shell takes one text: what it could read as more than a path is not sent to it. */
const harmless = /^\/[\w./@:+-]*$/

async function askDf(run: RunThere, directory: string): Promise<Free> {
  if (!harmless.test(directory)) return { why: 'the name of its directory is not one to give to a remote shell' }
  const ran = await run(['df', '-Pk', '--', directory])
  const last = ran?.output.trimEnd().split('\n').at(-1) ?? ''
  const [, available] = /\s\d+\s+\d+\s+(\d+)\s+(?:\d+%|-)\s+\/[^\n]*$/.exec(last) ?? []
  return ran?.code === 0 && available !== undefined
    ? { bytes: Number(available) * 1024 }
    : { why: 'df gave no answer over ssh, as where the account may do nothing but docker system dial-stdio' }
}
