import type { Mask } from '../runners/secrets.ts'
import { bugWords, exitCode } from './exit-codes.ts'

const masks: Mask[] = []

/**
 * Whatever this process says from now on, its last words in a crash included, goes through the mask: what nobody thought of
 * (a driver's stack, a warning of Node's) is said on the same two streams.
 */
export function guardOutput(mask: Mask): void {
  masks.push(mask)
  if (masks.length > 1) return
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream) as (chunk: unknown, ...rest: unknown[]) => boolean
    stream.write = (chunk: unknown, ...rest: unknown[]) =>
      write(typeof chunk === 'string' ? masked(chunk) : chunk, ...rest)
  }
  process.on('uncaughtException', error => {
    process.stderr.write(bugWords(error))
    process.exit(exitCode.bug)
  })
}

function masked(text: string): string {
  return masks.reduce((said, mask) => mask(said), text)
}
