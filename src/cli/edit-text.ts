import { spawn } from 'node:child_process'
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { plain } from '../state/text.ts'
import type { Edited } from '../ui/input/editor.ts'
import { systemWords } from './system-words.ts'

const longestBytes = 16 * 1024

/** A text in $VISUAL or $EDITOR, in a file that nobody else can read and that is gone afterwards. The run goes on meanwhile. */
export async function editText(text: string, env: NodeJS.ProcessEnv = process.env): Promise<Edited> {
  const [program, ...args] = (env['VISUAL'] ?? env['EDITOR'] ?? '').split(/\s+/).filter(word => word !== '')
  if (program === undefined) return unchanged('Neither VISUAL nor EDITOR names an editor.')
  try {
    return await inFile(text, file => run(program, [...args, file]))
  } catch (error) {
    return unchanged(`A file for the editor cannot be written or read: ${systemWords(error)}.`)
  }
}

async function inFile(text: string, edit: (file: string) => Promise<null | string>): Promise<Edited> {
  const directory = await mkdtemp(join(tmpdir(), 'astern-edit-'))
  const file = join(directory, 'message.txt')
  try {
    await writeFile(file, `${text}\n`, { mode: 0o600 })
    const amiss = await edit(file)
    return amiss === null ? await written(file) : unchanged(amiss)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

function unchanged(why: string): Edited {
  return { ok: false, says: `${why} The text is as it was.` }
}

/** Null: it ended well; else how it ended, in words. */
function run(program: string, args: readonly string[]): Promise<null | string> {
  const { promise, resolve } = Promise.withResolvers<null | string>()
  const child = spawn(program, args, { stdio: 'inherit' })
  child.on('error', error =>
    resolve(`${program} could not be started (${(error as NodeJS.ErrnoException).code ?? 'unknown'}).`),
  )
  child.on('close', (code, signal) => resolve(code === 0 ? null : `${program} ended with ${code ?? signal}.`))
  return promise
}

async function written(file: string): Promise<Edited> {
  const handle = await open(file)
  const { size } = await handle.stat().finally(() => handle.close())
  if (size > longestBytes)
    return unchanged(`What was written has ${size} bytes, and a message at most ${longestBytes}.`)
  const text = await readFile(file, 'utf8')
  return { ok: true, text: plain(text).trim() }
}
