import { dirname } from 'node:path'
import { learn } from '../../state/learning/propose.ts'
import { pastJournals } from '../journal/past.ts'
import type { Desk } from './desk.ts'

/** The name of the errands in which proposals are answered once their run is over. */
export const learnErrand = 'learn'

/** What this run and those before it gave reason for. The file itself is neither read nor written here (ADR 34). */
export async function proposeChanges(desk: Desk): Promise<void> {
  const { directory, run } = desk.context
  const header = desk.state().run
  if (header === null) return
  const { environment } = header.manifest
  const asked = { environment, except: run, errands: learnErrand, isPlayed: header.drill !== undefined }
  const { journals } = await pastJournals(dirname(directory), asked)
  const earlier = journals.map(({ lines }) => lines)
  const learnt = learn(desk.journal.lines, earlier) ?? { proposals: [], never: [] }
  await desk.write([{ kind: 'proposals.made', ...learnt }])
}
