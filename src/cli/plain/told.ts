import { oneLine, plain } from '../../state/text.ts'

/** What is said, the thing first and the news after it; how it looks is the voice's. `verbatim`: its spaces count. */
export type Told = { readonly kind: 'head' | 'line' | 'verbatim'; readonly text: string }

const longest = 600

export const told = {
  head: (text: string): Told => ({ kind: 'head', text: oneLine(text, longest) }),
  line: (text: string): Told => ({ kind: 'line', text: oneLine(text, longest) }),
  verbatim: (text: string): Told => ({ kind: 'verbatim', text: plain(text).replaceAll('\n', ' ').slice(0, longest) }),
}

/** Nothing where there is nothing to tell. */
export function section(title: string, lines: readonly string[]): readonly Told[] {
  return lines.length === 0 ? [] : [told.head(title), ...lines.map(told.line)]
}
