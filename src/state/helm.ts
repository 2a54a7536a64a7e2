import type { RunEvent } from './event.ts'
import type { Ask, Asker, Refusal } from './intent.ts'
import type { HelmAsk, RunState } from './run-state.ts'
import { betweenMs, plusMs, timeOfDay } from './times.ts'

/** How long whoever has the helm is given for an answer. After that, the one who asked may take it without more. */
export const helmPatienceMs = 30_000

type HelmChange = Extract<
  Ask,
  { kind: 'take the helm' | 'ask for the helm' | 'give the helm' | 'keep the helm' | 'leave the helm' }
>

function hasHelm({ helm: { holder, epoch } }: RunState, asker: Asker): boolean {
  return holder !== null && holder.console === asker.console && epoch === asker.epoch
}

/** Until when whoever has the helm may answer. */
export function answerDue(asked: HelmAsk): string {
  return plusMs(asked.at, helmPatienceMs)
}

export function isUnanswered(asked: HelmAsk, now: string): boolean {
  return betweenMs(asked.at, now) >= helmPatienceMs
}

/** Why this one may not ask for what only the helm gives, or may not have the helm; null: nothing is against it. */
export function helmRefusal(state: RunState, ask: Ask, asker: Asker, now: string): Refusal | null {
  const mine = hasHelm(state, asker)
  if (ask.kind === 'take the helm' || ask.kind === 'ask for the helm') {
    if (mine) return refuse('You have the helm already.')
    return ask.kind === 'take the helm' ? takeRefusal(state, ask.reason, asker, now) : askRefusal(state, asker, now)
  }
  if (!mine) return elsewhere(state)
  return ask.kind === 'give the helm' || ask.kind === 'keep the helm' ? answerRefusal(state, ask.to) : null
}

function takeRefusal({ helm }: RunState, reason: string | null, { console }: Asker, now: string): Refusal | null {
  const { holder, asked } = helm
  if (holder === null || (reason !== null && reason.trim() !== '')) return null
  if (asked?.console !== console)
    return refuse(`${holder.name} has the helm${since(holder)}. Ask them for it, or take it with a reason.`)
  return isUnanswered(asked, now)
    ? null
    : refuse(
        `${holder.name} has until ${timeOfDay(answerDue(asked))} to answer. Before that, taking it needs a reason.`,
      )
}

function askRefusal({ helm: { holder, asked } }: RunState, { console }: Asker, now: string): Refusal | null {
  if (holder === null) return refuse('Nobody is at the helm. Take it: there is nobody to ask.')
  if (asked === undefined) return null
  const over = isUnanswered(asked, now)
  if (asked.console !== console)
    return over ? null : refuse(`${asked.name} asked for the helm before you, at ${timeOfDay(asked.at)}, and waits.`)
  return over
    ? refuse(`${holder.name} gave no answer. Take the helm.`)
    : refuse(`You have asked. ${holder.name} has until ${timeOfDay(answerDue(asked))} to answer.`)
}

/** Given to whoever was read on the screen, and to nobody who asked since. */
function answerRefusal({ helm: { asked } }: RunState, to: string): Refusal | null {
  if (asked === undefined) return refuse('Nobody asks for the helm now.')
  return asked.console === to ? null : refuse(`It is ${asked.name} who asks for the helm now. Look again.`)
}

function elsewhere({ helm: { holder } }: RunState): Refusal {
  if (holder === null) return refuse('Nobody is at the helm. Take it first.')
  return refuse(`${holder.name} has the helm${since(holder)}. Ask them for it, or take it with a reason.`)
}

function refuse(reason: string): Refusal {
  return { code: 'helm', reason }
}

function since(holder: { readonly since: string }): string {
  return ` since ${timeOfDay(holder.since)}`
}

/** What a change of the helm that nothing is against leads to. */
export function helmEvent({ helm }: RunState, ask: HelmChange, { console }: Asker): RunEvent {
  const { epoch, holder, asked } = helm
  switch (ask.kind) {
    case 'take the helm':
      return { kind: 'helm.taken', epoch: epoch + 1, console, reason: given(ask.reason) ?? noAnswer(holder, asked) }
    case 'ask for the helm':
      return { kind: 'helm.asked', epoch, console, reason: given(ask.reason) }
    case 'give the helm':
      return { kind: 'helm.given', epoch: epoch + 1, console: ask.to, to: asked?.name ?? '' }
    case 'keep the helm':
      return { kind: 'helm.kept', epoch, console: ask.to, to: asked?.name ?? '', word: given(ask.word) }
    case 'leave the helm':
      return { kind: 'helm.left', epoch, console }
  }
}

/** Taken without a reason from somebody: they were asked, and the record says what came of it. */
function noAnswer(holder: RunState['helm']['holder'], asked: HelmAsk | undefined): string | null {
  return holder === null || asked === undefined
    ? null
    : `${holder.name} was asked at ${timeOfDay(asked.at)}, no answer came`
}

function given(text: string | null): string | null {
  return text === null || text.trim() === '' ? null : text.trim()
}
