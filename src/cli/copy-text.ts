import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** OSC 52 with more than this is dropped by many terminals. */
const mostBytes = 74_000

/**
 * Copies, and says truthfully where the text went: into tmux's buffer, which answers; else to the terminal by OSC 52, which answers
 * nothing and may have dropped it, so that it lies in a file beside the run as well.
 */
export async function copyText(text: string, directory: string, stdout: NodeJS.WriteStream): Promise<string> {
  const lines = text.split('\n').length
  const what = `${lines} line${lines === 1 ? '' : 's'}`
  if (process.env['TMUX'] !== undefined) {
    if (await intoTmux(text)) return `${what} in tmux's buffer: prefix ] pastes it.`
  }
  const file = join(directory, 'copied.txt')
  const kept = await writeFile(file, `${text}\n`, { mode: 0o600 }).then(
    () => true,
    () => false,
  )
  const sent = Buffer.byteLength(text) <= mostBytes && process.env['TERM'] !== 'dumb'
  if (sent) stdout.write(`\u001b]52;c;${Buffer.from(text).toString('base64')}\u0007`)
  if (sent && kept) return `${what} offered to your terminal's clipboard, if it takes that (OSC 52); also in ${file}`
  if (kept) return `${what} written to ${file}; it is too long for a terminal's clipboard.`
  return sent
    ? `${what} offered to your terminal's clipboard, if it takes that (OSC 52).`
    : 'Nothing was copied: no file could be written here.'
}

/** `-w` has tmux offer it to the terminal's clipboard as well. */
function intoTmux(text: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const child = spawn('tmux', ['load-buffer', '-w', '-'], { stdio: ['pipe', 'ignore', 'ignore'] })
  child.on('error', () => resolve(false))
  child.on('close', code => resolve(code === 0))
  child.stdin.on('error', () => undefined) // it ended before it had read all; its exit code says so
  child.stdin.end(text)
  return promise
}
