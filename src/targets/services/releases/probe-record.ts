import type { RecordCommand } from '../../../state/command.ts'
import type { Probed } from '../../../state/facts.ts'
import type { RunContext } from '../../permit.ts'
import { judgeRecord } from '../judge-record.ts'
import { probeMark } from '../drill/shelf.ts'
import { markFiles } from './mark.ts'
import { probeSchema } from '../record/schemas.ts'
import { readRecord } from './record.ts'
import { schemaFiles } from './schemas.ts'

export async function probeRecord(directory: string, command: RecordCommand, context: RunContext): Promise<Probed> {
  if (command.kind === 'drill.mark') return probeMark(markFiles(directory, command.host), command, context.environment)
  if (command.kind === 'schema.keep') return probeSchema(schemaFiles(directory, command.host), command)
  const read = await readRecord(directory, command.host)
  if (!read.ok) return { verdict: 'unclear', observed: null, says: read.fault.what }
  return judgeRecord(read.value, command, context)
}
