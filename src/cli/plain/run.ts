import type { Session } from '../../client/session.ts'
import { gateOf } from '../../state/gates.ts'
import type { RunState } from '../../state/run-state.ts'
import { closedCode, when } from '../ends.ts'
import { exitCode } from '../exit-codes.ts'
import { atGate } from './at-gate.ts'
import { endTold } from './ending.ts'
import { tellDrill } from './drill-news.ts'
import { tellGuide } from './guide.ts'
import { tellHelm } from './helm-news.ts'
import { newsOf, untold } from './news.ts'
import { converse, isOver, type Conversation } from './talk/conversation.ts'
import { openLines, type Lines } from './talk/lines.ts'
import { told } from './told.ts'
import { shaped, wrapped, type Voice } from './voice.ts'

/**
 * A whole rollback in lines, question by question, for eyes or for ears:
 *  - what is asked at each gate, and what is known there: gates/, a file a phase, pure; what a form asks: fields.ts
 *  - a question as data, and what is taken as its answer: question.ts; what may be typed at any of them: commands.ts
 *  - how it is said: told.ts, voice.ts, spoken.ts; what is told meanwhile: news.ts, status.ts
 *  - who types: talk/
 */
export async function answerQuestions(
  session: Session,
  directory: string,
  { ears, guided }: { readonly ears: boolean; readonly guided: boolean },
): Promise<number> {
  const output = process.stderr.isTTY ? process.stderr : process.stdout
  const left = Promise.withResolvers<'left'>()
  let again = false
  const lines = openLines({
    input: process.stdin,
    output,
    interrupted: () => {
      if (again) return left.resolve('left')
      again = true
      talk.tell([told.line('Ctrl-C ends nothing: the run goes on. Once more leaves this console; hold holds the run.')])
    },
    typed: () => {
      again = false
    },
    ended: () => left.resolve('left'),
  })
  const voice = (): Voice => ({ ears, width: Math.max(40, output.columns) })
  const talk = converse({ session, lines, voice, left: left.promise })
  const stopNews = printNews(session, lines, ears)
  talk.tell([told.line(intro)])
  const stopHelm = tellHelm(session, talk.tell)
  const stopDrill = tellDrill(session.store, talk.tell)
  const stopGuide = guided ? tellGuide(session.store, talk.tell) : () => undefined
  try {
    for (;;) {
      const ended = await betweenGates(session, lines, talk, left.promise)
      const { run, connection, damage } = session.store.getState()
      if (run.closed !== null) {
        lines.print(shaped(endTold(run, directory), voice()).join('\n'), process.stdout)
        return closedCode(run.closed.outcome)
      }
      if (connection.engine === 'gone') {
        const what = damage ?? `The engine of run ${run.run?.id ?? ''} has ended before the run did.`
        talk.tell([
          told.line(what),
          told.line(`What it did is in ${directory}/journal.jsonl. Go on with: astern attach ${run.run?.id ?? ''}`),
        ])
        return exitCode.holding
      }
      const gate = gateOf(run)
      if (ended === 'left' || (gate !== null && (await atGate({ talk, directory, voice }, gate)) === 'left'))
        return leaves(talk, session.store.getState().run)
    }
  } finally {
    stopNews()
    stopHelm()
    stopDrill()
    stopGuide()
    lines.close()
  }
}

const intro =
  'A whole rollback in lines. ? at any question says what can be answered; leave, or Ctrl-D, leaves it to itself.'

/** While the run is at work, what is typed is heard at once: holding must not wait for a question. */
async function betweenGates(
  session: Session,
  lines: Lines,
  talk: Conversation,
  left: Promise<'left'>,
): Promise<'left' | 'asked'> {
  const leaving = Promise.withResolvers<'left'>()
  lines.between(line => void talk.heard(line).then(leaves => leaves && leaving.resolve('left')))
  const asked = when(session, state => isOver(state) || gateOf(state.run) !== null).then(() => 'asked' as const)
  const ended = await Promise.race([asked, left, leaving.promise])
  lines.between(null)
  return ended
}

function leaves(talk: Conversation, run: RunState): number {
  const id = run.run?.id ?? ''
  talk.tell([told.line(`Run ${id} goes on without you. Come back with: astern attach ${id}`)])
  return exitCode.reached
}

/** A file keeps each line whole. */
export function inRows(text: string): readonly string[] {
  return process.stdout.isTTY ? wrapped(text, Math.max(40, process.stdout.columns), '', '    ') : [text]
}

/** The journal as it grows, on stdout. Returns how to stop. */
export function printNews(session: Session, lines: Pick<Lines, 'print'>, ears: boolean): () => void {
  let known = untold
  const print = (): void => {
    const news = newsOf(known, session.store.getState(), ears)
    known = news.told
    const rows = ears ? news.says : news.says.flatMap(inRows)
    if (rows.length > 0) lines.print(rows.join('\n'), process.stdout)
  }
  print()
  return session.store.subscribe(print)
}
