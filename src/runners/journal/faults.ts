import type { Damage } from '../../state/chain.ts'
import type { Fault } from '../../state/fault.ts'

export function damaged(directory: string, { line, why }: Damage): Fault {
  return {
    code: 'journal.damaged',
    what: `Line ${line} of ${directory}/journal.jsonl is damaged: ${why}`,
    means: 'The lines before it can be read; the run is opened read-only and nothing acts on it.',
    next: `Read it with: astern watch ${directory.split('/').at(-1) ?? ''}. Then decide by hand, looking at the targets.`,
  }
}

export function cannotWrite(directory: string, error: unknown): Fault {
  const code = errorCode(error)
  const why = code === 'ENOSPC' || code === 'EDQUOT' ? 'the disk is full' : `the disk refused it (${code})`
  return {
    code: 'journal.cannot-write',
    what: `The journal in ${directory} cannot be written: ${why}`,
    means: 'No further step is begun. What was running may have come to its end; it is looked at before anything else.',
    next: `Make room, then go on with: astern attach ${directory.split('/').at(-1) ?? ''}`,
  }
}

export function diskLow(directory: string, bytes: number): Fault {
  return {
    code: 'journal.disk-low',
    what: `Only ${bytes} bytes are free where the journal in ${directory} is kept`,
    means: 'No step is begun whose end might not fit on the disk.',
    next: `Make room, then go on with: astern attach ${directory.split('/').at(-1) ?? ''}`,
  }
}

export function unreadable(directory: string, error: unknown): Fault {
  return {
    code: 'journal.unreadable',
    what: `The journal in ${directory} cannot be read (${errorCode(error)})`,
    means: 'Nothing was touched.',
    next: 'Look at its owner and rights; a second account reads it through the group of the directory.',
  }
}

export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown error'
}
