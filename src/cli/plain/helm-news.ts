import type { Session } from '../../client/session.ts'
import { isUnanswered } from '../../state/helm.ts'
import { askedOf, helmWords } from '../../state/helm-words.ts'
import type { ConsoleState } from '../../state/store.ts'
import { told, type Told } from './told.ts'

/** Tells once what concerns this console of a helm that is asked for. Returns how to stop. */
export function tellHelm({ store }: Session, tell: (says: readonly Told[]) => void): () => void {
  let known = ''
  const look = (): void => {
    const { key, says } = helmNews(store.getState())
    if (key !== '' && key !== known) tell(says)
    known = key
  }
  look()
  return store.subscribe(look)
}

/** `key`: what it is about; said again only when that is something else. */
export function helmNews({ run, me, now }: ConsoleState): { readonly key: string; readonly says: readonly Told[] } {
  const { asked, kept } = run.helm
  const words = helmWords(run, me.console, now)
  if (words === null) return { key: '', says: [] }
  if (askedOf(run, me.console) !== null)
    return {
      key: `asked ${asked?.at ?? ''}`,
      says: [told.head(words), told.line('give gives it to them; keep, or keep WORD, keeps it and tells them so.')],
    }
  if (asked?.console === me.console)
    return { key: `${isUnanswered(asked, now) ? 'over' : 'waits'} ${asked.at}`, says: [told.line(words)] }
  return { key: `kept ${kept?.at ?? ''}`, says: [told.line(words)] }
}
