import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { sha256 } from '../client/sha256.ts'
import { incidentHtml } from '../reports/html.ts'
import { invitation } from '../reports/invitation.ts'
import { junit } from '../reports/junit.ts'
import { incidentMarkdown } from '../reports/markdown.ts'
import { timelineCsv, timelineJson } from '../reports/timeline.ts'
import type { Writers } from '../runners/engine/desk.ts'
import { writeWhole } from './files.ts'

/** Documents into the run's report directory, each whole or not at all. */
export const writers: Writers = {
  report: async (lines, directory) => {
    const markdown = incidentMarkdown(lines)
    const file = await write(directory, 'incident.md', markdown)
    await write(directory, 'incident.html', incidentHtml(lines))
    await write(directory, 'timeline.json', timelineJson(lines))
    await write(directory, 'timeline.csv', timelineCsv(lines))
    await write(directory, 'checks.xml', junit(lines))
    return { file, bytes: Buffer.byteLength(markdown), sha256: sha256(markdown) }
  },
  invitation: async (state, directory, now, booking) => {
    const text = invitation(state, now, booking)
    return { file: await write(directory, 'post-mortem.ics', text), sha256: sha256(text) }
  },
  invitationFor: (state, now, channel) => {
    if (channel?.kind !== 'email') return null
    const { from, to } = channel
    const { review, calledOff } = state
    const isCancelled = review === null && calledOff?.told != null
    const { at, owner, sequence } = review ?? calledOff?.told ?? { sequence: 0 }
    const booking = { ...(at === undefined ? {} : { at }), ...(owner === undefined ? {} : { owner }), sequence }
    return {
      method: isCancelled ? 'CANCEL' : 'REQUEST',
      text: invitation(state, now, { ...booking, isCancelled, mail: { from, to } }),
    }
  },
}

/** Into the report directory of a run, whole or not at all; gives its place below the run's directory. */
export async function write(directory: string, name: string, text: string): Promise<string> {
  await mkdir(join(directory, 'report'), { recursive: true, mode: 0o750 })
  await writeWhole(join(directory, 'report', name), text, 0o640)
  return join('report', name)
}
