import type { Question } from '../../state/check.ts'
import { oneLine } from '../../state/text.ts'
import { endInWords } from '../../targets/probes/command.ts'
import { runProgram } from '../../targets/probes/program.ts'
import { parsed, type Asked } from './asked.ts'
import type { Asking } from './means.ts'

const bytesKept = 256 * 1024

/** An argument list, run on this machine. One that could not be begun, 126 and 127, shows nothing. */
export async function askCommand(
  { argv }: Extract<Question, { kind: 'command' }>,
  { timeoutMs }: Asking,
): Promise<Asked> {
  const [file = ''] = argv
  const { end, stdout, stderr, cut, latencyMs } = await runProgram(argv, timeoutMs, bytesKept)
  if (end === 'late') return { verdict: 'fail', says: `${file} did not end in ${timeoutMs} ms` }
  if (end === 'not begun') return { verdict: 'inconclusive', says: `${file} ${endInWords(end)}` }
  if ('signal' in end) return { verdict: 'fail', says: `${file} ${endInWords(end)}` }
  if (end.code === 126 || end.code === 127)
    return { verdict: 'inconclusive', says: `${file} could not be run: ${oneLine(stderr, 120)}` }
  return { got: { body: stdout, cut, ...parsed(stdout), exit: end.code, latencyMs } }
}
