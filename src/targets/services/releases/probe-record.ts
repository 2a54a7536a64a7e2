import type { RecordCommand } from '../../../state/command.ts'
import type { Probed } from '../../../state/facts.ts'
import type { RunContext } from '../../permit.ts'
import { judgeRecord } from '../judge-record.ts'
import { readRecord } from './record.ts'

export async function probeRecord(directory: string, command: RecordCommand, context: RunContext): Promise<Probed> {
  const read = await readRecord(directory, command.host)
  if (!read.ok) return { verdict: 'unclear', observed: null, says: read.fault.what }
  return judgeRecord(read.value, command, context)
}
