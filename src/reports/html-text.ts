import { escapeHtml } from './escape-html.ts'

/** Escaped, its times as people read them, and a long name told where it may break. */
export function htmlText(value: string): string {
  return escapeHtml(value)
    .split(times)
    .map((part, index) => (index % 2 === 1 ? time(part) : part.split(/(\s+)/).map(breakable).join('')))
    .join('')
}

/** As the journal writes them, and as a timeline does whose head says that they are UTC. */
const times = /(\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:\.\d+)?Z?)/

function time(written: string): string {
  const utc = written.endsWith('Z') ? '&nbsp;UTC' : ''
  const iso = `${written.replace(' ', 'T').replace(/Z$/, '')}Z`
  return `<time datetime="${iso}">${written.slice(0, 10)} ${written.slice(11, 19)}${utc}</time>`
}

/** Longer than this a word gets no column of its own width. */
const longWord = 28

/** After what divides a name, and in what nothing divides after sixteen signs. An entity counts as one sign, and stays whole. */
function breakable(word: string): string {
  if (word.length <= longWord) return word
  const signs = word.match(/&[#\w]+;|./gu) ?? []
  if (signs.length <= longWord) return word
  return word.replaceAll(/(?:&[#\w]+;|[^&/.@:,_-]){16}|(?:&[#\w]+;|[^&/.@:,_-])*[/.@:,_-]/gu, '$&<wbr>')
}
