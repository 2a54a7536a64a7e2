import { oneLine } from '../../../state/text.ts'
import type { DrillCommand } from '../../../state/manifest.ts'
import { endInWords } from '../../probes/command.ts'
import { runProgram } from '../../probes/program.ts'

const bytesKept = 8 * 1024

/** Null: it ended with 0 in time; otherwise how it did end. */
export async function runOf(command: DrillCommand, which: 'run' | 'undo' | 'probe'): Promise<string | null> {
  const { end, stdout, stderr } = await runProgram(command[which], command.timeoutMs, bytesKept)
  if (typeof end === 'object' && 'code' in end && end.code === 0) return null
  const words = oneLine(stderr.trim() === '' ? stdout : stderr, 120)
  const how = end === 'late' ? `does not end in ${command.timeoutMs / 1000} s` : endInWords(end)
  return `${which} (${oneLine(command[which].join(' '), 60)}) ${how}${words === '' ? '' : `: ${words}`}`
}
