import { sha256 } from '../../client/sha256.ts'
import { debriefOf, type DrillRecord } from '../../reports/debrief/debrief.ts'
import { debriefHtml, debriefJson, debriefMarkdown } from '../../reports/debrief/formats.ts'
import type { Line } from '../../state/event.ts'
import { writeReport } from '../files.ts'

/** Into the drill's report directory, each whole or not at all; gives what is journaled of it. */
export async function writeDebrief(
  lines: readonly Line[],
  played: readonly (readonly Line[])[],
  earlier: readonly DrillRecord[],
  directory: string,
): Promise<{ readonly file: string; readonly bytes: number; readonly sha256: string }> {
  const debrief = debriefOf({ lines, played }, earlier)
  const markdown = debriefMarkdown(debrief)
  const file = await writeReport(directory, 'DRILL-debrief.md', markdown)
  await writeReport(directory, 'DRILL-debrief.html', debriefHtml(debrief))
  await writeReport(directory, 'DRILL-debrief.json', debriefJson(debrief))
  return { file, bytes: Buffer.byteLength(markdown), sha256: sha256(markdown) }
}
