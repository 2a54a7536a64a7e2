import { drillNews } from '../../state/drill/drill-words.ts'
import { gateOf } from '../../state/gates.ts'
import { helmWords } from '../../state/helm-words.ts'
import type { ConsoleState } from '../../state/store.ts'

/** What stands on the screen before what the run waits for: that this is the past, or who wants the helm. */
export function saidFirst({ run, me, now, past }: ConsoleState): string | null {
  if (past !== null) return `${past.meanwhile ?? 'Past. [ ] a line, { } a phase.'} Esc: back to the present.`
  const words = helmWords(run, me.console, now)
  return words === null ? null : `H  ${words}`
}

/** What was said or asked in the drill: it stands beside what the run waits for, and never in its place. */
export function saidBeside({ me, now, past, drill }: ConsoleState): string | null {
  if (past !== null) return null
  const news = drillNews(drill, now)
  return news === null ? null : `${news.asks && me.role === 'helm' ? 'A' : 'D'}  ${news.text}`
}

/** Whom the run waits for, and what they have to do, as whoever has not the helm reads it. */
export function promptFor({ run, me }: Pick<ConsoleState, 'run' | 'me'>, prompt: string): string {
  const gate = gateOf(run)
  const { holder } = run.helm
  if (gate === null || gate.kind === 'second person' || holder?.console === me.console) return prompt
  if (holder === null && me.role === 'helm') return prompt
  return `Waits for ${holder?.name ?? 'somebody to take the helm'}: ${prompt.charAt(0).toLowerCase()}${prompt.slice(1)}`
}
