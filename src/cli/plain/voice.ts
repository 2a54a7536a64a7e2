import { sentence, spoken } from './spoken.ts'
import type { Told } from './told.ts'

/** How lines are said: `eyes` has headings, indents and the terminal's width; `ears` has sentences alone. */
export type Voice = { readonly ears: boolean; readonly width: number }

export function shaped(says: readonly Told[], voice: Voice): readonly string[] {
  return says.flatMap(one => (voice.ears ? [heard(one)] : seen(one, voice.width)))
}

function heard({ kind, text }: Told): string {
  if (kind === 'verbatim') return text.trim()
  return kind === 'head' ? `${spoken(text).replace(/[.:]$/, '')}:` : sentence(text)
}

function seen({ kind, text }: Told, width: number): readonly string[] {
  if (kind === 'head') return ['', ...wrapped(text, width, '', '  ')]
  return kind === 'line' ? wrapped(text, width, '  ', '    ') : [`  ${text}`]
}

/** At words; one that is longer than a row is left whole, so that it can be copied. */
export function wrapped(text: string, width: number, first: string, rest: string): readonly string[] {
  const rows: string[] = []
  let row = first
  for (const word of text.split(' ').filter(one => one !== '')) {
    const empty = row === first || row === rest
    if (!empty && row.length + 1 + word.length > width) {
      rows.push(row)
      row = rest + word
    } else row = empty ? row + word : `${row} ${word}`
  }
  return [...rows, row]
}
