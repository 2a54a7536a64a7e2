import { spawn } from 'node:child_process'
import { join } from 'node:path'

/** Built beside this. */
const cli = join(import.meta.dirname, 'cli.js')

/** As the shop's own pipeline calls it. Throws where it does not reach what was asked for. */
export async function astern(manifest: string, args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [cli, ...args, '--config', manifest], {
    stdio: ['ignore', 'ignore', 'pipe'],
    cwd: '/',
  })
  let words = ''
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    words += chunk
  })
  const code = await new Promise<number | null>(resolve => child.on('close', resolve))
  if (code !== 0) throw new Error(`astern ${args.join(' ')} ended with ${code}: ${words.trim()}`)
}
