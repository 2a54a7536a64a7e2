import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { asternHome } from '../../../client/home.ts'
import { askSandbox } from './ask.ts'

/** What a sandbox says of itself when it is ready, and writes into the home for whoever comes next. */
export type Standing = {
  readonly pid: number
  readonly kind: SandboxKind
  readonly environment: string
  readonly root: string
  readonly manifest: string
  readonly socket: string
  readonly since: string
  readonly deadline: string
  /** A run or a drill that is not over. */
  readonly busy?: string | null
}

export type SandboxKind = 'embedded' | 'docker'

/** The sandbox of this home, if one stands. */
export async function standingSandbox(): Promise<Standing | null> {
  try {
    const file = join(asternHome(process.env), 'sandbox.json')
    const standing = JSON.parse(await readFile(file, 'utf8')) as Standing
    const answered = await askSandbox(standing.socket, 'GET', 'state')
    return answered?.ok === true ? (answered.body as Standing) : null
  } catch {
    return null
  }
}
