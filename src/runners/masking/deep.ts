import type { Mask } from './mask.ts'

/**
 * Names by which the engine finds things again and acts on them: a secret that happens to be called as a database is must not
 * turn a command into another one. All else is there to be read, and is masked.
 */
const actedOn = new Set(
  (
    'kind id step steps needs command commandHash undo manifest manifestFile migrations hash h prev key keys ts at run boot ' +
    'environment class host hosts service services database databases table column instance container channel delivery ' +
    'audience moment stage suite item release digest digests version pointed image tags config references restart ' +
    'state verdict outcome risk repeat order phase console epoch path file directory holder sha256 fingerprint ' +
    'applied recorded ids typed names options severity choice group fetch'
  ).split(' '),
)

/** The value with every text masked that is there to be read. Most hold nothing of a secret and are handed back as they are. */
export function maskedDeep<T>(value: T, { mask, suspects }: Pick<Mask, 'mask' | 'suspects'>): T {
  const text = JSON.stringify(value) as string | undefined
  return text === undefined || !suspects(text) ? value : (masked(value, mask) as T)
}

function masked(value: unknown, mask: (text: string) => string): unknown {
  if (typeof value === 'string') return mask(value)
  if (Array.isArray(value)) return value.map(item => masked(item, mask))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, isActedOn(key, item) ? item : masked(item, mask)]),
  )
}

/** `steps` of a plan are commands with words around them; a record of services or databases has names for keys. */
function isActedOn(key: string, item: unknown): boolean {
  return actedOn.has(key) && (typeof item !== 'object' || item === null || !walked.has(key))
}

/** Under these keys stand things to be read as well. */
const walked = new Set(['steps', 'services', 'databases'])
