const bars = '▁▂▃▄▅▆▇█'
const asciiBars = '_.-=+*%#'

/** Latencies as bars, newest right; a sample without one is a gap. The scale is the row's own, from zero. */
export function spark(values: readonly (number | null)[], width: number, ascii: boolean): string {
  const shown = values.slice(-width)
  const top = Math.max(1, ...shown.map(value => value ?? 0))
  const scale = ascii ? asciiBars : bars
  const drawn = shown.map(value =>
    value === null ? ' ' : (scale[Math.min(7, Math.floor((value / top) * 7.99))] ?? ' '),
  )
  return drawn.join('').padStart(width)
}
