import type { Session } from '../../../client/session.ts'
import { lineText, stamp } from '../../../state/lines.ts'
import { isDrillAsk } from '../../../state/drill/play/decide.ts'
import type { Ask } from '../../../state/intent.ts'
import { refusalNow } from '../../../ui/view/ask.ts'
import { closedCode, when } from '../../ends.ts'
import { exitCode } from '../../exit-codes.ts'
import { sentence } from '../../plain/spoken.ts'
import { inRows } from '../../plain/run.ts'
import { openLines, type Lines } from '../../plain/talk/lines.ts'
import { told, type Told } from '../../plain/told.ts'
import { shaped } from '../../plain/voice.ts'
import { commandOf, help } from './commands.ts'
import { looked } from './looked.ts'

const prompt = 'DRILL, what now: '

/** A drill led in lines: what happens is told as it happens, and what is typed is done. */
export async function facilitateInLines(session: Session, ears: boolean): Promise<number> {
  const output = process.stderr.isTTY ? process.stderr : process.stdout
  const left = Promise.withResolvers<null>()
  const lines = openLines({
    input: process.stdin,
    output,
    interrupted: () => left.resolve(null),
    typed: () => undefined,
    ended: () => left.resolve(null),
  })
  const tell = (says: readonly Told[]): void =>
    lines.print(shaped(says, { ears, width: Math.max(40, output.columns) }).join('\n'))
  const over = when(session, ({ run, damage }) => run.closed !== null || damage !== null).then(() => null)
  const stop = printDrill(session, lines, ears)
  try {
    tell(looked(session.store.getState(), 'status'))
    tell([told.line('? says what can be typed; leave, or Ctrl-D, leaves it to itself.')])
    await leads({ session, lines, tell, ends: Promise.race([left.promise, over]) })
    return ended(session, tell)
  } finally {
    stop()
    lines.close()
  }
}

type Desk = {
  readonly session: Session
  readonly lines: Pick<Lines, 'ask' | 'withdraw'>
  readonly tell: (says: readonly Told[]) => void
  /** Null: there is nothing more to ask. */
  readonly ends: Promise<null>
}

/** Until whoever leads it leaves, or it is over. */
export async function leads({ session, lines, tell, ends }: Desk): Promise<void> {
  const ask = (text: string, fresh: boolean): Promise<string | null> => Promise.race([lines.ask(text, fresh), ends])
  for (;;) {
    const given = await ask(prompt, false)
    if (given === null) return lines.withdraw()
    const state = session.store.getState()
    const command = commandOf(given, state)
    switch (command.kind) {
      case 'leave':
        return
      case 'help':
        tell(help)
        break
      case 'look':
        tell(looked(state, command.at))
        break
      case 'wrong':
        tell([told.line(command.says)])
        break
      case 'ask': {
        const refusal = refusalNow(state, command.ask, null)
        const sure =
          refusal === null && command.sure !== null ? await ask(`${command.sure}? yes does it: `, true) : 'yes'
        if (sure === null) return lines.withdraw()
        if (refusal !== null) tell([told.line(refusal.reason)])
        else if (sure.trim().toLowerCase() !== 'yes') tell([told.line('Nothing was done.')])
        else await sends(session, command.ask, tell)
      }
    }
  }
}

/** Told by its line in the drill's journal, once it is there. */
async function sends(session: Session, ask: Ask, tell: Desk['tell']): Promise<void> {
  if (!isDrillAsk(ask)) return
  const before = session.store.getState().run.intents.at(-1)
  const refusal = await session.send(ask, null)
  if (refusal !== null) return tell([told.line(refusal.reason)])
  await when(session, ({ run }) => run.intents.at(-1) !== before || run.closed !== null)
}

function ended({ store }: Session, tell: Desk['tell']): number {
  const { run } = store.getState()
  const id = run.run?.id ?? ''
  if (run.closed === null) {
    tell([told.line(`DRILL ${id} goes on without you. Come back with: astern drill --facilitate ${id}`)])
    return exitCode.reached
  }
  tell([told.line(`DRILL ${id} is over: ${run.closed.outcome} (${run.closed.why}).`)])
  return closedCode(run.closed.outcome)
}

/** The drill's journal as it grows. Returns how to stop. */
function printDrill({ store }: Session, lines: Pick<Lines, 'print'>, ears: boolean): () => void {
  let known = store.getState().run.seq
  return store.subscribe(state => {
    const fresh = state.lines.filter(({ seq }) => seq > known)
    known = Math.max(known, state.run.seq)
    const texts = fresh.flatMap(line => {
      const said = lineText(line)
      if (said === null) return []
      return ears ? [sentence(`Drill: ${said.text}`)] : inRows(`DRILL ${stamp(line)}  ${said.text}`)
    })
    if (texts.length > 0) lines.print(texts.join('\n'), process.stdout)
  })
}
