import { execa } from 'execa'
import type { Question } from '../../state/check.ts'
import { oneLine } from '../../state/text.ts'
import { parsed, type Asked } from './asked.ts'
import type { Asking } from './means.ts'

/** An argument list, run on this machine. */
export async function askCommand(
  question: Extract<Question, { kind: 'command' }>,
  { timeoutMs }: Asking,
): Promise<Asked> {
  const [file = '', ...args] = question.argv
  const run = await execa(file, args, {
    stdin: 'ignore',
    timeout: timeoutMs,
    forceKillAfterDelay: 500,
    reject: false,
    maxBuffer: 256 * 1024,
  })
  if (run.timedOut) return { verdict: 'fail', says: `${file} did not end in ${timeoutMs} ms` }
  if (run.exitCode === undefined)
    return { verdict: 'inconclusive', says: `${file} could not be run: ${oneLine(run.shortMessage ?? '', 120)}` }
  const latencyMs = Math.round(run.durationMs)
  return { got: { body: run.stdout, ...parsed(run.stdout), exit: run.exitCode, latencyMs } }
}
