import { oneLine } from '../../state/text.ts'
import type { Health } from '../services/port.ts'
import { runProgram, type Ended } from './program.ts'

const bytesKept = 8 * 1024

/** Healthy: the command ends with 0 in time. */
export async function commandHealth(argv: readonly string[], timeoutMs: number): Promise<Health> {
  const [file = ''] = argv
  const { end, stdout, stderr, latencyMs } = await runProgram(argv, timeoutMs, bytesKept)
  if (end === 'late') return { state: 'unhealthy', latencyMs: null, note: `${file} does not end in ${timeoutMs} ms` }
  if (isZero(end)) return { state: 'healthy', latencyMs, note: `${file} ends with 0` }
  const words = oneLine(stderr.trim() === '' ? stdout : stderr, 80)
  const note = `${file} ${endInWords(end)}`
  return { state: 'unhealthy', latencyMs, note: words === '' ? note : `${note}: ${words}` }
}

function isZero(end: Ended['end']): boolean {
  return typeof end === 'object' && 'code' in end && end.code === 0
}

export function endInWords(end: Exclude<Ended['end'], 'late'>): string {
  if (end === 'not begun') return 'cannot be run: setpriv (of util-linux) is not installed'
  return 'code' in end ? `ends with ${end.code}` : `ends by ${end.signal}`
}
