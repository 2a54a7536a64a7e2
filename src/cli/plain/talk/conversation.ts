import type { Session } from '../../../client/session.ts'
import { offeredHint } from '../../../state/drill/hint.ts'
import { isDrill } from '../../../state/drill/is-drill.ts'
import { isDrillAsk } from '../../../state/drill/play/decide.ts'
import { unanswered } from '../../../state/drill/said.ts'
import { askedOf } from '../../../state/helm-words.ts'
import type { Ask, Refusal } from '../../../state/intent.ts'
import type { ConsoleState } from '../../../state/store.ts'
import { editText } from '../../edit-text.ts'
import { when } from '../../ends.ts'
import { refusalNow } from '../../../ui/view/ask.ts'
import { anywhere, commandOf, type Command } from '../commands.ts'
import { offerText } from '../drill.ts'
import { helpOf, introOf, promptOf, readAnswer, type Question } from '../question.ts'
import { looked } from '../status.ts'
import { told, type Told } from '../told.ts'
import { shaped, type Voice } from '../voice.ts'
import type { Lines } from './lines.ts'

export type Asked =
  | { readonly kind: 'answer'; readonly value: string }
  | { readonly kind: 'back' }
  | { readonly kind: 'left' }
  /** The run went on without an answer. */
  | { readonly kind: 'moved' }

export type Conversation = {
  readonly state: () => ConsoleState
  readonly tell: (says: readonly Told[]) => void
  /** Until it is answered with one of its answers, or is open no more. */
  readonly ask: (question: Question, isOpen: (state: ConsoleState) => boolean) => Promise<Asked>
  /** What is typed while nothing is asked. True: whoever typed it leaves. */
  readonly heard: (line: string) => Promise<boolean>
  readonly send: (ask: Ask, gate: string | null) => Promise<boolean>
  /** Until it is otherwise, or a line is typed that is no command. */
  readonly waits: (isOpen: (state: ConsoleState) => boolean) => Promise<'left' | 'on'>
}

export type Parts = {
  readonly session: Session
  readonly lines: Lines
  readonly voice: () => Voice
  readonly left: Promise<'left'>
}

export function converse({ session, lines, voice, left }: Parts): Conversation {
  const { getState, subscribe } = session.store
  const tell = (says: readonly Told[]): void => {
    if (says.length > 0) lines.print(shaped(says, voice()).join('\n'))
  }

  /** True: it was taken. */
  const send = async (ask: Ask, gate: string | null): Promise<boolean> => {
    const taken = isDrillAsk(ask) ? takenInDrill(session) : takenAfter(session)
    const refusal = refusedInDrill(getState(), ask) ?? (await session.send(ask, gate))
    if (refusal !== null) tell([told.line(refusal.reason)])
    else await Promise.race([when(session, state => taken(state) || isOver(state)), left])
    return refusal === null
  }

  const obey = async (command: Command, question: Question | null): Promise<void> => {
    if (command.kind === 'help')
      tell([
        ...(question === null ? [] : helpOf(question)),
        ...anywhere(isDrill(getState().run.run), question?.kind === 'text'),
      ])
    if (command.kind === 'answer asker') {
      const { run, me } = getState()
      const to = askedOf(run, me.console) ?? ''
      await send(
        command.gives ? { kind: 'give the helm', to } : { kind: 'keep the helm', to, word: command.word },
        null,
      )
    }
    if (command.kind === 'look') tell(looked(getState(), command.at))
    if (command.kind === 'send' && (await send(command.ask, null))) tell(sentTold(command.ask))
    if (command.kind === 'answer event') await answers(command.text)
    if (command.kind === 'hint') await hints(command.takes)
  }

  /** The oldest question first. */
  const answers = async (text: string): Promise<void> => {
    const [asked] = unanswered(getState().drill)
    if (asked === undefined) return tell([told.line('Nobody asks anything now.')])
    await send({ kind: 'answer event', inject: asked.inject, text }, null)
  }

  const hints = async (takes: boolean): Promise<void> => {
    const { drill, now } = getState()
    const offered = offeredHint(drill, now)
    if (!takes || offered === null) return tell([told.line(offerText(drill, now))])
    await send({ kind: 'take a hint', hint: offered.hint }, null)
  }

  /** Null: the text as it was. */
  const edited = async (question: Question): Promise<string | null> => {
    const done = await lines.lend(() => editText(question.kind === 'text' ? question.otherwise : ''))
    if (!done.ok) tell([told.line(done.says)])
    return done.ok ? done.text : null
  }

  const ask = async (question: Question, isOpen: (state: ConsoleState) => boolean): Promise<Asked> => {
    tell(introOf(question))
    let open = isOpen(getState())
    const stop = subscribe(state => {
      if (!open || isOpen(state)) return
      open = false
      lines.withdraw()
    })
    try {
      for (;;) {
        const given = open
          ? await Promise.race([
              lines.ask(promptOf(question, voice().ears, isDrill(getState().run.run)), question.kind === 'name'),
              left.then(() => null),
            ])
          : ''
        if (!open) return { kind: 'moved' }
        if (given === null) return { kind: 'left' }
        const command = commandOf(given, question)
        if (command?.kind === 'leave') return { kind: 'left' }
        if (command?.kind === 'back') return { kind: 'back' }
        if (command?.kind === 'edit') {
          const text = await edited(question)
          if (text !== null) return { kind: 'answer', value: text }
        } else if (command !== null) await obey(command, question)
        else {
          const read = readAnswer(question, given)
          if (read.ok) return { kind: 'answer', value: read.value }
          tell(read.says)
          if (question.kind === 'name') return { kind: 'back' }
        }
      }
    } finally {
      stop()
    }
  }

  const heard = async (line: string): Promise<boolean> => {
    const command = commandOf(line, null)
    if (command?.kind === 'leave') return true
    if (line.trim() === '') tell(looked(getState(), 'status'))
    else if (command === null || command.kind === 'back' || command.kind === 'edit')
      tell([told.line('Nothing is asked now: what was typed is not taken. ? says what can be.')])
    else await obey(command, null)
    return false
  }

  const waits = async (isOpen: (state: ConsoleState) => boolean): Promise<'left' | 'on'> => {
    const typed = Promise.withResolvers<'left' | 'on'>()
    lines.between(line => {
      if (line.trim() === '' || commandOf(line, null) === null) typed.resolve('on')
      else void heard(line).then(leaves => leaves && typed.resolve('left'))
    })
    const ended = await Promise.race([
      when(session, state => !isOpen(state)).then(() => 'on' as const),
      typed.promise,
      left,
    ])
    lines.between(null)
    return ended
  }

  return { state: getState, tell, ask, heard, send, waits }
}

export function isOver({ run, connection }: ConsoleState): boolean {
  return run.closed !== null || connection.engine === 'gone'
}

function takenInDrill({ store }: Session): (state: ConsoleState) => boolean {
  const before = store.getState().drill?.intents.at(-1)
  return ({ drill }) => drill === null || drill.closed !== null || drill.intents.at(-1) !== before
}

/** Known here before anybody is asked. */
function refusedInDrill(state: ConsoleState, ask: Ask): Refusal | null {
  return isDrillAsk(ask) ? refusalNow(state, ask, null) : null
}

/** What is not here is told as news. */
const sentWords: Partial<Record<Ask['kind'], string>> = {
  note: 'The note is on record.',
  hold: 'Held: nothing further begins.',
  'take the helm': 'The helm is yours.',
}

function sentTold({ kind }: Ask): readonly Told[] {
  const words = sentWords[kind]
  return words === undefined ? [] : [told.line(words)]
}

/** What was asked has been done, and not only something else meanwhile: else it would be asked again. */
function takenAfter({ store }: Session): (state: ConsoleState) => boolean {
  const before = store.getState().run.intents.at(-1)
  return ({ run, lines }) => {
    const taken = lines.findLast(({ event }) => event.kind === 'intent.taken')
    return run.intents.at(-1) !== before && (taken?.seq ?? 0) < run.seq
  }
}
