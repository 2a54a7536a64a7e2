import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Outcome } from '../../src/targets/outcome.ts'
import type { Engine } from './services.contract.ts'

/** An engine's hands in a process of their own. `worker`: a file beside this one that answers one line with one. */
export function openWorker(worker: string, config: unknown): Engine {
  const child = spawn(process.execPath, [join(import.meta.dirname, worker), JSON.stringify(config)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    apply: async (command, run, who) => {
      child.stdin.write(`${JSON.stringify({ command, run, who })}\n`)
      const answer = await answers.next()
      if (answer.done === true) throw new Error('the engine is gone')
      return JSON.parse(answer.value) as Outcome
    },
    freeze: () => void child.kill('SIGSTOP'),
    kill: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}
