import type { Answer, Engine, Subject } from '../engine.ts'
import { openEar } from './ear.ts'

/**
 * The same Engine for one who looks again and again: what was read is kept until the Engine tells of a change, so that a
 * look costs a question only where something happened. An Engine that does not let itself be heard is read anew each
 * time; one that gives no answer at all says so at every read.
 */
export function watched(engine: Engine, deadlineMs: number): Engine {
  const kept = new Map<string, Promise<Answer<unknown>>>()
  const forget = (changed: readonly (Subject['of'] | Subject)[] | 'all'): void => {
    if (changed === 'all') kept.clear()
    else for (const what of changed) drop(kept, what)
  }
  const ear = openEar(engine, deadlineMs, forget)
  return {
    ...engine,
    read: async <T>(subject: Subject, ...[what, ask]: Parameters<typeof engine.call<T>>) => {
      const there = await ear.listens()
      if (!there.ok) return there
      const name = nameOf(subject)
      // One name is one question, so that its answer is of the type asked for.
      const before = kept.get(name) as Promise<Answer<T>> | undefined
      if (before !== undefined) return before
      const asking = engine.call(what, ask, deadlineMs)
      if (there.value === 'hears') kept.set(name, asking)
      const answer = await asking
      if (answer.status !== null) ear.heard()
      if (answer.status !== 200 && answer.status !== 404 && kept.get(name) === asking) kept.delete(name)
      return answer
    },
    close: async () => ear.close(),
  }
}

function drop(kept: Map<string, unknown>, what: Subject['of'] | Subject): void {
  if (typeof what !== 'string') kept.delete(nameOf(what))
  else for (const name of kept.keys()) if (name.startsWith(`${what} `)) kept.delete(name)
}

function nameOf({ of, which }: Subject): string {
  return `${of} ${which}`
}
