import { readFile } from 'node:fs/promises'
import { loadManifest } from '../../manifest/load.ts'
import { printFaults } from '../../manifest/faults.ts'
import { learnErrand } from '../../runners/engine/propose-changes.ts'
import type { Proposal } from '../../state/learning/proposal.ts'
import { openErrand } from '../errand.ts'
import { exitCode } from '../exit-codes.ts'
import { whoAmI } from '../person.ts'
import { talk, tell } from '../talk.ts'
import type { Answering } from './answering.ts'
import { takeProposal } from './take-proposal.ts'

/** Of a run that is over, whose journal has its last line: written down in a journal of its own, the intent before the file. */
export async function answerInErrand(
  file: string,
  run: string,
  proposals: readonly Proposal[],
  answering: readonly Answering[],
): Promise<number> {
  const loaded = await loadManifest(file, path => readFile(path, 'utf8'))
  if (!loaded.ok) {
    talk(printFaults(file, loaded.faults))
    return exitCode.usage
  }
  const opened = await openErrand({ manifest: loaded.manifest, file }, learnErrand)
  if (!opened.ok) {
    tell(opened.fault)
    return exitCode.short
  }
  const { desk, end } = opened.value
  let failed = false
  for (const { id, answer, reason } of answering) {
    const proposal = proposals.find(one => one.id === id)
    await desk.write([{ kind: 'proposal.answered', id, answer, reason, of: run }], whoAmI())
    if (answer !== 'accept' || proposal === undefined) continue
    const taken = await takeProposal(file, proposal)
    await desk.write([{ kind: 'proposal.written', id, of: run, ...taken }])
    talk(`${id}: ${taken.written ? '' : 'not written: '}${taken.says}`)
    failed ||= !taken.written
  }
  await end(failed ? 'short' : 'reached', `answered ${answering.map(({ id }) => id).join(', ')}`)
  return failed ? exitCode.short : exitCode.reached
}
