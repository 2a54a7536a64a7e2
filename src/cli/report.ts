import { basename } from 'node:path'
import { firstLine } from '../client/first-line.ts'
import { readJournalOf } from '../client/read-run.ts'
import { incidentHtml } from '../reports/html.ts'
import { junit } from '../reports/junit.ts'
import { incidentMarkdown } from '../reports/markdown.ts'
import { timelineCsv, timelineJson } from '../reports/timeline.ts'
import { exitCode } from './exit-codes.ts'
import { findRun } from './find-run.ts'
import type { Flags } from './flags.ts'
import { answer, tell } from './talk.ts'

const formats = { markdown: incidentMarkdown, html: incidentHtml, json: timelineJson, csv: timelineCsv, junit }

/** Made again from the journal: by the same version, byte for byte. */
export async function report(flags: Flags, run?: string): Promise<number> {
  const found = await findRun(flags, run)
  if (!found.ok) {
    tell(found.fault)
    return exitCode.usage
  }
  const line = await firstLine(found.value)
  const isDrill = line?.event.kind === 'run.opened' && line.event.purpose.kind === 'drill'
  // Of a drill there is no incident: its document is the debrief.
  if (isDrill && flags.format !== 'csv' && flags.format !== 'json' && flags.format !== 'junit')
    return (await import('./drill/debrief.ts')).debrief(flags, basename(found.value))
  const read = await readJournalOf(found.value)
  if (!read.ok) {
    tell(read.fault)
    return exitCode.short
  }
  answer(formats[(flags.format ?? 'markdown') as keyof typeof formats](read.value.lines))
  return exitCode.reached
}
