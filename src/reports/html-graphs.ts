import { spanText } from '../state/times.ts'
import { tookMs } from './bar.ts'
import type { Bar } from './block.ts'
import { escapeHtml } from './escape-html.ts'

/** Drawn over 1000 units, stretched to its cell: the estimate as a pale bar, each attempt on top of it. */
export function barSvg(bar: Bar, wholeMs: number): string {
  const { attempts, startMs, estimateMs } = bar
  if (attempts.length === 0) return ''
  const unit = (ms: number): number => Math.round((1000 * ms) / wholeMs)
  const rect = (kind: string, fromMs: number, lengthMs: number): string =>
    `<rect class="${kind}" x="${unit(fromMs)}" width="${Math.max(4, unit(lengthMs))}" height="10"/>`
  const taken = attempts.map(({ startMs: from, endMs, failed }) =>
    rect(failed ? 'failed' : 'taken', from, endMs - from),
  )
  const label = `took ${spanText(tookMs(bar))}, estimated ${spanText(estimateMs)}`
  return svg(
    `role="img" aria-label="${escapeHtml(label)}"`,
    `${rect('estimated', startMs, estimateMs)}${taken.join('')}`,
  )
}

/** What the colours of the bars stand for. */
export const barKey = `<p class="key">${['estimated', 'taken', 'failed']
  .map(kind => `${svg('aria-hidden="true"', `<rect class="${kind}" width="1000" height="10"/>`)}${kind}`)
  .join('')}</p>`

/** What part failed, 0 to 1, from the left; the least of it is seen. Null: nothing was counted. */
export function shareSvg(failed: number | null): string {
  if (failed === null) return ''
  const width = failed === 0 ? 0 : Math.max(8, Math.round(1000 * failed))
  const parts = `<rect class="whole" width="1000" height="10"/><rect class="failed" width="${width}" height="10"/>`
  return `<div class="share">${svg(`role="img" aria-label="${Math.round(100 * failed)} % failed"`, parts)}</div>`
}

function svg(attributes: string, content: string): string {
  return `<svg viewBox="0 0 1000 10" preserveAspectRatio="none" ${attributes}>${content}</svg>`
}
