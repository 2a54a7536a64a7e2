/** One moment of a run, explained to somebody who is there for the first time. */
export type GuideTold = {
  /** Other when there is something else to be led through. */
  readonly key: string
  readonly what: string
  /** What is so now, in the words of this run. */
  readonly now: readonly string[]
  readonly next: string
  readonly why: readonly string[]
  /** What good looks like. */
  readonly good: readonly string[]
  /** What people get wrong. */
  readonly wrong: readonly string[]
}

const mostNamed = 3

/** The first few, and how many more there are. */
export function few(all: readonly string[], lead: string): readonly string[] {
  if (all.length === 0) return []
  const more = all.length > mostNamed ? `, and ${all.length - mostNamed} more` : ''
  return [`${lead}: ${all.slice(0, mostNamed).join(', ')}${more}.`]
}

export function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
