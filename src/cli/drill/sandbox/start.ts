import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { asternHome } from '../../../client/home.ts'
import type { Fault, Result } from '../../../state/fault.ts'
import { plain } from '../../../state/text.ts'
import type { SandboxKind, Standing } from './standing.ts'

type Said = ({ readonly ready: true } & Standing) | { readonly ready: false; readonly why: string }

/** In a session of its own: it outlives this console, and ends with its drill or at its own deadline. */
export async function startSandbox(kind: SandboxKind): Promise<Result<Standing>> {
  const home = asternHome(process.env)
  await mkdir(home, { recursive: true, mode: 0o2770 })
  const file = join(home, 'sandbox.log')
  const log = openSync(file, 'a', 0o600)
  const entry = fileURLToPath(new URL('./sandbox.js', import.meta.url))
  const argv = ['--disable-warning=ExperimentalWarning', entry, 'serve', kind, home]
  const child = spawn(process.execPath, argv, { detached: true, stdio: ['ignore', log, log, 'pipe'], cwd: '/' })
  closeSync(log)
  const pipe = child.stdio[3] as Readable
  const said = await firstLine(pipe)
  pipe.destroy()
  child.unref()
  if (said === null) return { ok: false, fault: notStanding(`it ended before it was ready; ${file} has its words`) }
  if (!said.ready) return { ok: false, fault: notStanding(plain(said.why)) }
  const { ready: _, ...standing } = said
  return { ok: true, value: standing }
}

/** However long it takes to set up: it says so itself where it cannot, and its end is the pipe's. */
async function firstLine(pipe: Readable): Promise<Said | null> {
  for await (const line of createInterface({ input: pipe })) return JSON.parse(line) as Said
  return null
}

function notStanding(why: string): Fault {
  return {
    code: 'sandbox.not-standing',
    what: `The sandbox could not be set up: ${why}`,
    means: 'Nothing of it is left, and nothing was played.',
    next: 'Put that right and begin again.',
  }
}
