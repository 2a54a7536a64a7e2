import { plain } from '../../state/text.ts'
import { documentHtml } from '../html.ts'
import { documentMarkdown } from '../markdown.ts'
import type { Debrief } from './debrief.ts'

export function debriefMarkdown({ document }: Debrief): string {
  return documentMarkdown(document)
}

export function debriefHtml({ document, score: { run } }: Debrief): string {
  return documentHtml(
    document,
    `[DRILL] Made from the journal of drill ${run} and of what was played in it. Times are UTC.`,
  )
}

/** The score as it is, and those of earlier drills of the scenario, newest first. */
export function debriefJson({ score, earlier }: Debrief): string {
  const clean = (_: string, value: unknown): unknown => (typeof value === 'string' ? plain(value) : value)
  return `${JSON.stringify({ drill: true, score, earlier }, clean, 2)}\n`
}
