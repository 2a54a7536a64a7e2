import { asternHome } from '../../client/home.ts'
import { runsNamed, type NamedRun } from '../../client/open-runs.ts'
import { oneLine } from '../../state/text.ts'
import { shippedScenarios } from '../drill/shipped.ts'
import { purposeWords } from '../purpose-words.ts'
import type { Values, Word } from './wanted.ts'

/** Older ones are found by the first letters of their names. */
const mostRuns = 100

/** A shell takes some signs for its own, and a terminal others: what has such a sign in its name is not offered. */
const safe = /^\w[\w.-]*$/

/** By reading this machine's own files alone. */
export async function wordsOf(values: Values | null, begins: string): Promise<readonly Word[]> {
  switch (values) {
    case 'runs':
      return (await namedRuns(begins)).map(wordOf)
    case 'drills':
      return (await namedRuns(begins)).filter(({ opening }) => opening.event.purpose.kind === 'drill').map(wordOf)
    case 'scenarios':
      return (await shippedScenarios())
        .filter(id => id.startsWith(begins) && safe.test(id))
        .map(value => ({ value, description: '' }))
    case 'files':
    case null:
      return []
  }
}

async function namedRuns(begins: string): Promise<readonly NamedRun[]> {
  return (await runsNamed(asternHome(process.env), begins, mostRuns)).filter(({ run }) => safe.test(run))
}

function wordOf({ run, opening: { at, event }, isClosed }: NamedRun): Word {
  const about = [event.environment, purposeWords(event.purpose), at.slice(0, 16), isClosed ? 'closed' : 'open']
  return { value: run, description: oneLine(about.join('  ')) }
}
