import type { Channel } from './channel.ts'

export type Words = { readonly subject: string; readonly text: string }

/** What of a message a channel of this kind carries: cut, with a sign, to what its service takes, and pinging nobody. */
export function wordsFor(kind: Channel['kind'], { subject, text }: Words): Words {
  switch (kind) {
    case 'slack':
      return { subject: cut(unpinged(subject), 150), text: cut(unpinged(text), 2900) }
    case 'teams':
      return { subject: cut(unpinged(subject), 250), text: cut(unpinged(text), 4000) }
    case 'pagerduty':
      return { subject: cut(subject, 250), text: cut(text, 700) }
    case 'statuspage':
      return { subject: cut(unlinked(subject), 255), text: cut(unlinked(text), 25_000) }
    case 'grafana':
      return { subject: cut(subject, 250), text: cut(text, 4000) }
    case 'email':
    case 'cdevents':
    case 'webhook':
    case 'file':
      return { subject: cut(subject, 998), text: cut(text, 16_000) }
  }
}

/** At most so many UTF-16 units, as services count; a character is never cut in two. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text
  let kept = ''
  for (const character of text) {
    if (kept.length + character.length > most - 1) break
    kept += character
  }
  return `${kept}…`
}

/** Text from outside calls nobody: a full-width sign is read as one, and not taken for one. */
function unpinged(text: string): string {
  return text.replaceAll(/@(?=channel|here|everyone|all|group|team)/gi, '＠')
}

/** A page renders markup: what looks like it is shown as it is, and leads nowhere. */
function unlinked(text: string): string {
  return text.replaceAll('<', '‹').replaceAll('>', '›').replaceAll('](', '] (')
}
