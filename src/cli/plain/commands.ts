import type { Ask } from '../../state/intent.ts'
import { asText, type Question } from './question.ts'
import { told, type Told } from './told.ts'

/** What may be typed at any question, and while nothing is asked. */
export type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'look'; readonly at: Look }
  | { readonly kind: 'send'; readonly ask: Ask }
  /** To whoever asks for the helm. */
  | { readonly kind: 'answer asker'; readonly gives: boolean; readonly word: string }
  /** To whoever asks something in the drill. */
  | { readonly kind: 'answer event'; readonly text: string }
  /** What the next one costs, or what it says. */
  | { readonly kind: 'hint'; readonly takes: boolean }
  | { readonly kind: 'edit' }
  | { readonly kind: 'back' }
  | { readonly kind: 'leave' }

export type Look = 'status' | 'facts' | 'log' | 'drill' | 'guide'

const looks: readonly Look[] = ['status', 'facts', 'log', 'drill', 'guide']

/** Null: it is an answer. A word that the question itself has as an answer is one. */
export function commandOf(given: string, question: Question | null): Command | null {
  const text = given.trim()
  if (text.startsWith(asText)) return null
  const [word = '', ...rest] = text.toLowerCase().split(/\s+/)
  const isAnswer =
    question?.kind === 'choice' && question.choices.some(choice => choice.word.toLowerCase() === text.toLowerCase())
  if (isAnswer) return null
  const more = text.slice(word.length).trim()
  if (word === 'note' && rest.length > 0) return { kind: 'send', ask: { kind: 'note', text: more } }
  // In a text only a word that stands alone is meant as one.
  if (word === 'hold' && (rest.length === 0 || question?.kind !== 'text'))
    return { kind: 'send', ask: { kind: 'hold', reason: more } }
  if (word === 'keep' && (rest.length === 0 || question?.kind !== 'text'))
    return { kind: 'answer asker', gives: false, word: more }
  const ofTwo =
    question?.kind === 'text' && rest.length > 0 ? null : (drillCommand(word, more) ?? helmCommand(word, more))
  if (ofTwo !== null) return ofTwo
  if (rest.length > 0) return null
  if (word === 'give') return { kind: 'answer asker', gives: true, word: '' }
  if (word === '?' || word === 'help') return { kind: 'help' }
  if (word === 'leave' || word === 'quit' || word === 'exit') return { kind: 'leave' }
  if (word === 'back') return { kind: 'back' }
  if (word === 'edit' && question?.kind === 'text') return { kind: 'edit' }
  const look = looks.find(one => one === word)
  return look === undefined ? null : { kind: 'look', at: look }
}

function drillCommand(word: string, more: string): Command | null {
  const after = more.toLowerCase()
  if (word === 'answer' && more !== '') return { kind: 'answer event', text: more }
  if (word === 'hint' && (after === '' || after === 'take')) return { kind: 'hint', takes: after === 'take' }
  if (word === 'drill' && /^halt\b/.test(after))
    return {
      kind: 'send',
      ask: { kind: 'halt', reason: more.slice('halt'.length).trim() || 'halted by whoever plays it' },
    }
  return null
}

function helmCommand(word: string, more: string): Command | null {
  if (word !== 'helm') return null
  if (more === '') return { kind: 'look', at: 'status' }
  const [asks = ''] = more.toLowerCase().split(/\s+/, 1)
  const reason = more.slice(asks.length).trim() || null
  if (asks === 'ask') return { kind: 'send', ask: { kind: 'ask for the helm', reason } }
  return asks === 'take' ? { kind: 'send', ask: { kind: 'take the helm', reason } } : null
}

/** `isDrill`: it is played in one. `inText`: a text is being written. */
export function anywhere(isDrill: boolean, inText: boolean): readonly Told[] {
  return [...inAnyRun, ...(isDrill ? inDrills : []), ...(inText ? [told.line(ofOneWord)] : [])]
}

const ofOneWord =
  'Here, where a text is written, only a word that stands alone is one of these: two or more are the text.'

const inDrills: readonly Told[] = [
  told.head('In a drill'),
  told.line('answer TEXT: answers whoever asks'),
  told.line('hint: what the next hint costs; hint take: takes it'),
  told.line('drill: its briefing, what was said and asked, the hints'),
  told.line('drill halt, or drill halt REASON: everything that was hurt on purpose is put right'),
]

const inAnyRun: readonly Told[] = [
  told.head('At any question, and while the run is at work'),
  told.line('?: what can be answered'),
  told.line('status: where the run stands, what it does and what it waits for'),
  told.line('facts: what is known of services, checks and databases'),
  told.line('log: the last lines of the journal'),
  told.line('guide: this moment explained, for whoever is here for the first time'),
  told.line('note TEXT: adds a note to the record'),
  told.line('hold, or hold REASON: holds the run; what is running runs on to its end, and nothing further begins'),
  told.line(
    'helm: who has it, as status tells it; helm ask, or helm ask WHY: asks them for it; helm take WHY: takes it, and they see why',
  ),
  told.line('give; keep, or keep WORD: gives the helm to whoever asks for it, or keeps it and tells them so'),
  told.line('back: to the question before; from the first one of a form, out of it, and nothing is done'),
  told.line('leave, or Ctrl-D: leaves this console; the run goes on without it'),
]
