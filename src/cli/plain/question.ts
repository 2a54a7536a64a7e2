import { oneLine } from '../../state/text.ts'
import { told, type Told } from './told.ts'

/** `off`: why it cannot be answered now. */
export type Choice = { readonly word: string; readonly means: string; readonly off?: string }

/** One question as data: what it asks, what may be answered, and what an empty answer takes. */
export type Question =
  | {
      readonly kind: 'choice'
      readonly asks: string
      readonly choices: readonly Choice[]
      readonly otherwise: string | null
      /** Each with what it means, before it is asked; else their words alone. */
      readonly listed: boolean
    }
  | { readonly kind: 'text'; readonly asks: string; readonly otherwise: string }
  /** Armed by this very name, typed after it was asked. */
  | { readonly kind: 'name'; readonly asks: string; readonly wanted: string }

export type Read =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly says: readonly Told[] }

/** A lone one of these empties a text that has something in it. */
export const nothing = '-'
/** Before a text that would be taken for a command. */
export const asText = '='

export function readAnswer(question: Question, given: string): Read {
  const text = given.trim()
  switch (question.kind) {
    case 'choice':
      return readChoice(question, text === '' ? (question.otherwise ?? '') : text)
    case 'name':
      return text === question.wanted
        ? { ok: true, value: text }
        : refused(`"${shown(text)}" is not ${question.wanted}. Nothing was done.`)
    case 'text':
      if (text === '') return { ok: true, value: question.otherwise }
      if (text === nothing) return { ok: true, value: '' }
      return { ok: true, value: text.startsWith(asText) ? text.slice(asText.length).trim() : text }
  }
}

function readChoice({ choices }: Extract<Question, { kind: 'choice' }>, text: string): Read {
  const wanted = text.toLowerCase().replaceAll(/\s+/g, ' ')
  const choice = choices.find(({ word }) => word.toLowerCase() === wanted)
  if (choice === undefined) {
    const what = text === '' ? 'An empty answer is none of the answers' : `"${shown(text)}" is none of the answers`
    return { ok: false, says: [told.line(`${what}. They are: ${wordsOf(choices)}.`)] }
  }
  return choice.off === undefined ? { ok: true, value: choice.word } : refused(`${choice.word} is off: ${choice.off}`)
}

function refused(text: string): Read {
  return { ok: false, says: [told.line(text)] }
}

function shown(text: string): string {
  return oneLine(text, 40)
}

/** On a row of its own, so that whatever is printed meanwhile can be printed above it. `isDrill`: what is asked is no earnest. */
export function promptOf(question: Question, ears: boolean, isDrill = false): string {
  return isDrill ? `DRILL: ${promptText(question, ears)}` : promptText(question, ears)
}

function promptText(question: Question, ears: boolean): string {
  if (question.kind === 'name') return `Type ${question.wanted}: `
  const { asks, otherwise } = question
  if (otherwise === null || otherwise === '') return `${asks}: `
  const kept = isLong(otherwise)
  if (ears) return `${asks}, Enter ${kept ? 'keeps it' : `takes ${otherwise}`}: `
  return `${asks} [${kept ? 'Enter keeps it' : otherwise}]: `
}

/** What stands before the prompt. */
export function introOf(question: Question): readonly Told[] {
  switch (question.kind) {
    case 'choice':
      return question.listed
        ? [told.head(question.asks), ...question.choices.map(choiceLine)]
        : [told.line(`You can answer: ${wordsOf(question.choices)}. ? says what each does.`)]
    case 'text':
      return isLong(question.otherwise) ? [told.line(`${question.asks}, as it is: ${question.otherwise}`)] : []
    case 'name':
      return [told.line(question.asks)]
  }
}

/** What may be answered to it, for whoever asks. */
export function helpOf(question: Question): readonly Told[] {
  switch (question.kind) {
    case 'choice':
      return [
        told.head('Answers'),
        ...question.choices.map(choiceLine),
        ...(question.otherwise === null ? [] : [told.line(`Enter alone: ${question.otherwise}`)]),
      ]
    case 'text':
      return [
        told.head('Answers'),
        told.line(`Any text: ${question.asks}`),
        told.line(question.otherwise === '' ? 'Enter alone: left empty' : 'Enter alone: left as it is'),
        told.line(`${nothing} alone: made empty; ${asText}TEXT: taken as text, be it a command`),
        told.line('edit: the text in your own editor ($VISUAL or $EDITOR)'),
      ]
    case 'name':
      return [
        told.head('Answers'),
        told.line(`${question.wanted}: goes on. It has to be typed after the question`),
        told.line('anything else: does nothing'),
      ]
  }
}

function wordsOf(choices: readonly Choice[]): string {
  return choices
    .filter(({ off }) => off === undefined)
    .map(({ word }) => word)
    .join(', ')
}

function choiceLine({ word, means, off }: Choice): Told {
  return told.line(`${word}: ${means}${off === undefined ? '' : ` (off: ${off})`}`)
}

function isLong(text: string): boolean {
  return text.length > 28
}
