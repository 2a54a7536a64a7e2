import { dirname } from 'node:path'
import { readEarlier, readPlayed } from '../client/drills.ts'
import { sha256 } from '../client/sha256.ts'
import { incidentHtml } from '../reports/html.ts'
import { invitation } from '../reports/invitation.ts'
import { junit } from '../reports/junit.ts'
import { incidentMarkdown } from '../reports/markdown.ts'
import { timelineCsv, timelineJson } from '../reports/timeline.ts'
import type { Writers } from '../runners/engine/desk.ts'
import type { Line } from '../state/event.ts'
import { writeDebrief } from './drill/write-debrief.ts'
import { writeReport } from './files.ts'

/** Documents into the run's report directory, each whole or not at all. A drill's is its debrief. */
export const writers: Writers = {
  report: async (lines, directory) => {
    const opened = lines[0]?.event
    if (opened?.kind === 'run.opened' && opened.purpose.kind === 'drill') return debrief(lines, directory)
    const markdown = incidentMarkdown(lines)
    const file = await writeReport(directory, 'incident.md', markdown)
    await writeReport(directory, 'incident.html', incidentHtml(lines))
    await writeReport(directory, 'timeline.json', timelineJson(lines))
    await writeReport(directory, 'timeline.csv', timelineCsv(lines))
    await writeReport(directory, 'checks.xml', junit(lines))
    return { file, bytes: Buffer.byteLength(markdown), sha256: sha256(markdown) }
  },
  invitation: async (state, directory, now, booking) => {
    const text = invitation(state, now, booking)
    return { file: await writeReport(directory, 'post-mortem.ics', text), sha256: sha256(text) }
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

/** Whatever was played, and earlier drills, lie in the home that the drill lies in: `HOME/runs/RUN`. */
async function debrief(lines: readonly Line[], directory: string): ReturnType<Writers['report']> {
  const home = dirname(dirname(directory))
  const [played, earlier] = await Promise.all([readPlayed(home, lines), readEarlier(home, lines)])
  return writeDebrief(lines, played, earlier, directory)
}
