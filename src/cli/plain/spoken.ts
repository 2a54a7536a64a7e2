/** Text for ears: no glyph, no columns by spaces, times as words. */
export function spoken(text: string): string {
  return replaced.reduce((said, [from, to]) => said.replaceAll(from, to as string), text).trim()
}

/** `spoken`, from a capital to a full stop. */
export function sentence(text: string): string {
  const said = spoken(text)
  const begun = /^[a-z]+[ :,]/.test(said) ? said.charAt(0).toUpperCase() + said.slice(1) : said
  return begun === '' || /[.!?:]$/.test(begun) ? begun : `${begun}.`
}

/** `7 minutes 42 seconds`. */
export function spanWords(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(seconds / 3600), 'hour'],
    [Math.floor(seconds / 60) % 60, 'minute'],
    [seconds % 60, 'second'],
  ]
  const said = parts.filter(([n]) => n > 0).map(([n, unit]) => counted(n, unit))
  return said.length === 0 ? '0 seconds' : said.join(' ')
}

function counted(n: number, unit: string): string {
  return `${n} ${unit}${n === 1 ? '' : 's'}`
}

function clockWords(hours: string, minutes: string, seconds: string): string {
  return spanWords(((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000)
}

type Replacement = readonly [RegExp, string | ((...found: string[]) => string)]

/** A time of day has two figures in front, a length of time one, or one of the words that lead to it. */
const replaced: readonly Replacement[] = [
  [/[✓✗⚠ℹ●○◐▲■❯▁▂▃▄▅▆▇█│┌┐└┘├┤┬┴┼─━]/g, ' '],
  [/…/g, ''],
  [/ \| /g, '. '],
  [/ ?(?:->|→) ?/g, ' to '],
  [/\b([\w-]+)@([\w-]+)\b(?=[ ,:;)]|\.(?= |$)|$)/g, (_, service, host) => `${service ?? ''} on ${host ?? ''}`],
  [/(?<![\d:.-])(\d):(\d\d):(\d\d)(?![\d:])/g, (_, h = '0', m = '0', s = '0') => clockWords(h, m, s)],
  [/(?<![\d:.-])(\d):(\d\d)(?![\d:]| UTC)/g, (_, m = '0', s = '0') => clockWords('0', m, s)],
  [
    /\b(about|took|for|within|another|left|by|in) (\d\d):(\d\d)(?![\d:]| UTC)/g,
    (_, lead = '', m = '0', s = '0') => `${lead} ${clockWords('0', m, s)}`,
  ],
  [/\b(\d+(?:\.\d+)?) ?ms\b/g, '$1 milliseconds'],
  [/(?<![\d.])1 s\b/g, '1 second'],
  [/\b(\d+(?:\.\d+)?) s\b/g, '$1 seconds'],
  [/ {2,}/g, ' '],
]
